"""Fine-tuning of the text encoder for what messages mean. Everything here but ``config`` and
``augment`` imports torch."""
