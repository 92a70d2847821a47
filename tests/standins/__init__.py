"""Servers that play the other side of a channel, as its documentation describes it."""
