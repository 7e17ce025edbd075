"""Is a score what it seems? How a model answers, and what is odd about it."""
