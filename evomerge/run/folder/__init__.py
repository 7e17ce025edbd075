"""A run on disk: its folder, what it was begun with and computed with, and how it ended."""
