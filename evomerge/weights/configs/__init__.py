"""What config.json says, and what transformers makes of it."""
