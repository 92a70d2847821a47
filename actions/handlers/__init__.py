"""Rasa SDK actions: they read the tracker, ask the turn service, and hand over its answer."""
