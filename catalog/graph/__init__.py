"""The knowledge graph: what products have in common, and what goes with what."""
