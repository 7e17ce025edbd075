"""Offspring scored by the workers, each item once, and what is known of each."""
