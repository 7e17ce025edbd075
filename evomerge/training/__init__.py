"""Verified items in, a low-rank adapter out: the same bits on any number of cores."""

from evomerge.training.adapter import Adapter
from evomerge.training.example import Example, data_sha256
from evomerge.training.training import train

__all__ = ["Adapter", "Example", "data_sha256", "train"]
