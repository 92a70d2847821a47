"""Trains the reader of windows."""
