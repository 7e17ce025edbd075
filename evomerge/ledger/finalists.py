"""What is on record of finalists, and of the winner among them."""

from __future__ import annotations

from dataclasses import dataclass

from evomerge.ledger.flag import Flag
from evomerge.ledger.front import Front
from evomerge.ledger.role import Named


@dataclass(frozen=True)
class RankedFinalist:
    """A finalist and its fitness on search and validation items."""

    digest: str
    search: float
    validation: float
    violation: float = 0.0
    flags: tuple[Flag, ...] = ()
    """What looks like an artefact in how it answered the validation items."""
    goals: tuple[float, ...] = ()
    """Its score at each goal on the validation items, where the search was for several."""


@dataclass(frozen=True)
class WinnerChosen:
    """Validation has chosen among the finalists."""

    digest: str
    against: tuple[Named, ...] = ()
    """The models that it is to be compared with."""
    curse: float = 0.0
    curse_error: float = 0.0
    drift: float = 0.0
    finalists: tuple[RankedFinalist, ...] = ()
    """Best first by validation."""
    front: Front | None = None
    """Of the finalists, where the search was for several goals."""


@dataclass(frozen=True)
class WinnerExplained:
    """The winner was taken apart: recipes without some of what it is made of were scored."""

    digest: str
    """The winner's."""
    evaluations: int
    """How many such recipes validation items were asked for, beside what the run had scored."""
    smaller: RankedFinalist | None = None
    """The smallest recipe within noise of the winner, which is a finalist from now on."""
