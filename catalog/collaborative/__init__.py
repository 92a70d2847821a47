"""Collaborative filtering: what shoppers with a like history took."""
