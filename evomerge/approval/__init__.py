"""Signatures of people for a model in quarantine: made, counted, and checked anywhere."""
