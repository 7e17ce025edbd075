"""Floors: how far tasks may fall below a parent, and how far they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evomerge.ledger import Split
from evomerge.score.tasks.term import Term

ParentMeans = Mapping[str, Mapping[str, float]]
"""Each parent's mean of each task, by the parent's name."""


class Floors:
    """The lowest means that tasks may have on each split, once the parents are scored there."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = terms
        self._lowest: dict[Split, dict[str, float]] = {}

    def measure(self, split: Split, parents: ParentMeans) -> None:
        """Learn them from the parents' means on a split."""
        self._lowest[split] = {
            term.task: parents[_reference(term, parents)][term.task] - term.floor.margin
            for term in self._terms
            if term.floor is not None and all(term.task in means for means in parents.values())
        }

    def lowest(self, split: Split) -> Mapping[str, float]:
        """The least mean that each task with a floor may have on a split, where that is known."""
        return self._lowest.get(split, {})

    def violation(self, means: Mapping[str, float], split: Split) -> float:
        """How far tasks lie below their floors on a split, added up; 0 where none does."""
        lowest = self.lowest(split)
        return sum(max(0.0, low - means[task]) for task, low in lowest.items() if task in means)


def _reference(term: Term, parents: ParentMeans) -> str:
    """The parent that a task's floor is measured from: the best one at it, or a named one."""
    if term.floor is not None and term.floor.against in parents:
        return term.floor.against
    return max(parents, key=lambda name: parents[name][term.task])
