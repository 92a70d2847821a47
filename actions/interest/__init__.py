"""What a shopper is interested in, and how that changes."""
