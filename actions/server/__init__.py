"""What Shoptalk adds to the action server of the Rasa SDK."""
