"""The web component that a shop puts on its pages: one script, joined from plain sources."""
