"""Operators found on some sets of parents, tested on others beside hand-made methods."""
