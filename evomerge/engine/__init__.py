"""What answers requests with the weights that are written into it."""
