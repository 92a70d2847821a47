"""Sizes of clothes, shoes, rings and hats: systems, kinds of product, and who takes which."""
