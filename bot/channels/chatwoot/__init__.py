"""Chatwoot: shoppers write there, and its desk is where people take over."""
