"""What every channel stands on: inbox, ordered workers, outbox, handoff."""
