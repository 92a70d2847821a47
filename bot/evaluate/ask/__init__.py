"""Multi-round conversational recommendation as its papers measure it, and what a move takes."""
