"""A run held to its constitution: who is audited when, and what follows from it."""
