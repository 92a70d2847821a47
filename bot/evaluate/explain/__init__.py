"""Whether reasons are true: the named cause is taken away, and the product must fall."""
