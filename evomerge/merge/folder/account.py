"""What is known of a merge besides how it was made: how it was found, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evomerge.recipe import Recipe


@dataclass(frozen=True)
class TaskResult:
    """What a model scored on the sealed items of a task."""

    task: str
    metric: str
    score: float
    """The mean over the items."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the mean is compared with, and how surely it differs, as JSON values."""


@dataclass(frozen=True)
class TaskData:
    """The items of a task that a run asked."""

    task: str
    items: Mapping[str, int]
    """How many each split has."""
    sha256: str
    """Over the ids of all of them, which are hashes of their content."""
    prompts: str = ""
    """Hash of what was asked for them, in tokens."""


@dataclass(frozen=True)
class Account:
    """How a model was found and what proves it."""

    sections: str = ""
    """Of the model card, in Markdown."""
    results: tuple[TaskResult, ...] = ()
    data: tuple[TaskData, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    """Of the run, by name, for the lineage."""
    images: Mapping[str, bytes] = field(default_factory=dict)
    """PNGs by the names of their files, which the card shows in this order."""
    proof: Mapping[str, Any] = field(default_factory=dict)
    """What a signature rests on, as JSON values, but for the hash of the weights; empty where
    nobody must sign."""


NO_ACCOUNT = Account()
"""Of a merge that was not searched for."""


@dataclass(frozen=True)
class WrittenModel:
    """A merge whose weights are written."""

    recipe: Recipe
    """As it is written beside them, its parents pinned."""
    sha256: str
    """Of the weights."""
    config: Mapping[str, Any]
    """Its config.json."""
    has_tokenizer: bool = True
