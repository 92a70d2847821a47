"""Customer service: what is understood of it, and what is found to answer it with."""
