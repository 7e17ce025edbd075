"""A trained adapter: its folder, and what it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evomerge.recipe import Training

RECORD = "training.json"
"""What an adapter was made of, in its folder."""
DATA = "data.jsonl"
"""The examples, in the adapter's folder."""


@dataclass(frozen=True)
class Adapter:
    """A low-rank adapter in PEFT's format: BASE+FOLDER is a parent."""

    folder: Path
    base: str
    """The model that it changes, by its pinned name."""
    base_sha256: str
    """The base's content hash."""
    weights_sha256: str
    """Of its own tensors: their names, types, shapes and bytes."""
    data_sha256: str
    """Of the examples, whatever their order and origin."""
    settings: Training
    seed: int
    examples: Mapping[str, int]
    """How many it was trained on, by origin."""
    left_out: int
    """Examples whose answers alone are longer than what the model reads."""
    versions: Mapping[str, str]
    """Of the libraries that decide its bits."""
    device: str
    """cpu or cuda."""
    steps: int
    tokens: int
    """That the model read in all steps together."""
    seconds: float
    """Of all steps, in all sessions."""
    loss: float
    """Mean over the last step's tokens that were learnt: -log p, in nats."""
