"""Generations raced by the workers: sample after sample, until who is best is known well enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from evomerge.ledger import Trial
from evomerge.run.evaluations import Evaluations
from evomerge.run.preflight import Prepared
from evomerge.run.sheet import Wanted
from evomerge.score.item import Key
from evomerge.score.limit import Limit
from evomerge.score.race import Race
from evomerge.score.sampling import Items, Sample
from evomerge.score.splits import Split
from evomerge.workers.protocol import Workers

FINAL = 10**6
"""Stands for the last race's generation in seeds."""
CUT = "cut: it cannot be among the best of its generation"

GoesOn = Callable[[int], bool]


class Racing:
    """All races of one cycle, and what they have shown of the items.

    Args:
        number: of the cycle.
    """

    def __init__(self, prepared: Prepared, evaluations: Evaluations, number: int) -> None:
        self._prepared, self._evaluations = prepared, evaluations
        self._seed = (prepared.evolve.seed, number + 1)
        self._items = Items(evaluations.shares(Split.SEARCH))
        self._limit = Limit(len(self._items))
        self.unresolvable: str | None = None
