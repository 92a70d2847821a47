"""Whether a shopper's interest has moved on: streams of likes, statistics of change, a detector."""
