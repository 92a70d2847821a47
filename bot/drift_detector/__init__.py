"""Training of the drift detector, from any log of events."""
