"""Errors that are told to people."""


class ShoptalkError(Exception):
    """Something a person can put right; the message is one sentence that says how."""
