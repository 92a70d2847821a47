"""Servers are killed while shoppers talk: what becomes of their messages."""
