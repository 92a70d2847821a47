"""How much each part of a score counts, learned from what shoppers did with what was shown."""
