"""What the bot understands: Rasa graph components around plain Python parts."""
