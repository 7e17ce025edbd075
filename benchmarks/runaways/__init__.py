"""Runs that run away, and runs that do not: which of them rails halt, and how they are named."""
