"""Ways in for messages."""
