"""What a run will probably ask, so that idle workers can do it before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from evomerge.ledger import ItemKey, Split
from evomerge.run.evaluation.offspring import Offspring


@dataclass(frozen=True)
class Foreseen:
    """An evaluation that the run will probably ask for; never of test items."""

    offspring: Offspring
    split: Split
    items: Sequence[ItemKey] | None = None
    """All of the split by default."""
    leaves: int = 0
    """How many workers must do nothing that is foreseen, so that what is asked for next finds them
    free."""

    def __post_init__(self) -> None:
        if self.split is Split.TEST:
            raise ValueError("test items are sealed: nobody is asked them ahead")


Foresight = Callable[[], Iterable[Foreseen]]
"""Gives what will probably be asked for, the likeliest first."""


def nothing() -> Iterable[Foreseen]:
    """Foresee nothing."""
    return ()
