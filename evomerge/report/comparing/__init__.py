"""Runs compared: their winners on the same items, and what each search reached for how much."""
