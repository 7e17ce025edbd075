"""Adapters in PEFT's folder format, read as the models that they make of their bases."""

from evomerge.weights.adapters.adapted import adapted

__all__ = ["adapted"]
