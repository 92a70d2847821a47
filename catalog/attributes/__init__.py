"""Attributes read from texts: what a product's title says of a column that its feed left empty."""
