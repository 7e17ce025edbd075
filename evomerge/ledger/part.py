"""A part of a trial: an offspring made once and asked some of a split's items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evomerge.ledger.score import ItemKey, ItemScore
from evomerge.ledger.trial import Cost, State


@dataclass(frozen=True)
class Part:
    """What one evaluation brought: kept as soon as it ends, so that no item is asked twice."""

    digest: str
    """Names the weights; see :func:`evomerge.recipe.digest`."""
    split: str
    state: State
    """Scored, or failed."""
    reason: str = ""
    scores: Sequence[ItemScore] = ()
    cost: Cost = field(default_factory=Cost)
    worker: str = ""
    """Which worker, on how many cores or what device."""
    audit: Mapping[str, Any] = field(default_factory=dict)
    """By task, how it answered; see :mod:`evomerge.score.audits.audit`."""
    answers: Mapping[ItemKey, Any] = field(default_factory=dict)
    """What it answered, as JSON values by task and item, where that is kept: what models are
    compared by can be looked at, and sealed items are judged more than once."""


@dataclass(frozen=True)
class PartAhead:
    """A part that idle workers brought before the run asked for it.

    When the run asks for just that it becomes a part like any other, recorded once more; until then
    it counts for nothing but the time that it took.
    """

    part: Part
    prompts: str
    """Names what was asked, in its order; see :func:`evomerge.engine.request.prompt_hash`."""
