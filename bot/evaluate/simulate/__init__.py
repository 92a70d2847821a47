"""Shoppers who talk: simulated, seeded, with a goal over a real catalogue."""
