"""Transformers' models as an engine: requests in batches, read and answered by a live model."""

from evomerge.engine.transformers.engine import TRANSFORMERS

__all__ = ["TRANSFORMERS"]
