"""Models that ours are compared with, and that the product does not use."""
