"""Tagging the words of a text: data, conditional random field, training, roles."""
