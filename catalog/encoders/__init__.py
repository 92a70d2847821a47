"""Text encoders: from weights to L2-normalised vectors."""
