"""What is on record of a training: the adapter that it made, or why it made none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evomerge.ledger.trial import Cost


@dataclass(frozen=True)
class TrainingBegan:
    """A training begins, or goes on after its session was stopped."""

    cycle: int
    """Counted from 0; below 0 those of controls."""
    steps: int
    """That it will have taken at its end."""
    examples: int
    """That it learns from."""


@dataclass(frozen=True)
class TrainingWent:
    """How far a training has come."""

    cycle: int
    """Counted from 0; below 0 those of controls."""
    steps: int
    """That are done, and are not lost if the run is killed now."""


@dataclass(frozen=True)
class AdapterTrained:
    """An adapter was trained at the end of a cycle, and can join the next one's parents."""

    cycle: int
    """Counted from 0."""
    folder: str
    """Where it is in the run folder; its base and it are a parent as BASE+FOLDER."""
    base: str
    """The model that it changes, by its pinned name."""
    base_sha256: str
    """The base's content hash."""
    weights_sha256: str
    """Of the adapter's own tensors."""
    data_sha256: str
    """Of the examples, whatever their order."""
    settings: Mapping[str, Any]
    """Those of the recipe, as JSON values, with none left out."""
    examples: Mapping[str, int]
    """How many there were of each origin."""
    versions: Mapping[str, str]
    """Of the libraries that decide its bits."""
    steps: int
    loss: float
    """Mean over the last step's tokens that were learnt."""
    cost: Cost = field(default_factory=Cost)
    """Its tokens are those that the model read; steps count as forward passes."""


@dataclass(frozen=True)
class TrainingFailed:
    """A training ended without an adapter; the next cycle does without one."""

    cycle: int
    reason: str
    cost: Cost = field(default_factory=Cost)
