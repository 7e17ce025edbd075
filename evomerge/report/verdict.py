"""The verdict: what the sealed items say of a winner, and whether it is released as promoted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evomerge.ledger import UNIFORM, WINNER, Flag, Front, Looks, RankedFinalist, WinnerChosen
from evomerge.report.constitution import ConstitutionTest
from evomerge.score.proof.comparison import Comparison, NonInferiority

PROMOTED, REFUSED = "promoted", "refused"


@dataclass(frozen=True)
class Against:
    """The winner against one other model."""

    fitness: Comparison
    corrected: float
    """The p-value of the fitness, corrected for the number of models compared (Holm 1979)."""
    tasks: Mapping[str, Comparison]
    corrected_tasks: Mapping[str, float]
    """Each task's p-value, corrected for the number of tasks."""
    lenient: Comparison | None = None
    """The fitness again, with credit for a right answer wherever it stands; None where answers
    are no texts."""

    @property
    def vanishes(self) -> bool:
        """Whether the gain may be one of format: graded leniently it is no longer shown."""
        lenient = self.lenient
        if lenient is None or self.fitness.difference <= 0:
            return False
        return lenient.p_value >= lenient.level


@dataclass(frozen=True)
class FloorTest:
    """Whether a task kept to its floor on the sealed items."""

    against: str
    """Name of the model that the floor is measured from: of several, the one that it is least
    surely kept against."""
    result: NonInferiority


@dataclass(frozen=True)
class Opening:
    """An opening of the sealed items."""

    number: int
    """Which one it is, counted from 1, over all runs that the registry knows."""
    level: float
    """Of every test at it; one-sided."""
    looks: Looks
    """What others have seen of the items before."""
    registry: str | None
    """The file in which openings are counted; None where only those of this run are."""


@dataclass(frozen=True)
class SealedScores:
    """What a model scored on the sealed items."""

    fitness: float
    tasks: Mapping[str, float]
    """The mean score at each task."""


@dataclass(frozen=True)
class FinalistChoice:
    """How validation chose among the finalists, and how much the search had flattered them."""

    curse: float = 0.0
    """The winner's curse: how much more than `drift` the finalists' scores fell."""
    curse_error: float = 0.0
    """Its standard error."""
    drift: float = 0.0
    """By how much the validation items are harder than the search items."""
    finalists: tuple[RankedFinalist, ...] = ()
    """Best first by validation."""
    front: Front | None = None
    """Of the finalists, where the search was for several goals."""

    @classmethod
    def of(cls, chosen: WinnerChosen) -> FinalistChoice:
        """The choice that was recorded."""
        finalists, front = chosen.finalists, chosen.front
        return cls(chosen.curse, chosen.curse_error, chosen.drift, finalists, front)


@dataclass(frozen=True)
class Verdict:
    """What the sealed items say of the winner, or of another finalist."""

    opening: Opening
    scores: Mapping[str, SealedScores]
    """By label: the winner, each rival, the uniform merge, random search."""
    comparisons: Mapping[str, Against]
    """The winner against each of the others, by label; none where not all could be scored."""
    p_value: float
    """Of the test against every rival, which is the largest of theirs."""
    best: str | None = None
    """Label of the rival that looks best on the sealed items."""
    floors: Mapping[str, FloorTest] = field(default_factory=dict)
    """By task."""
    flags: tuple[Flag, ...] = ()
    """What looks like an artefact, in how the winner answered or in how its rivals did."""
    reasons: tuple[str, ...] = ()
    """Why the winner is refused; none if it is promoted."""
    finalist: int = 0
    """Which finalist it is on, by validation; 0 is the winner."""
    choice: FinalistChoice = field(default_factory=FinalistChoice)
    constitution: ConstitutionTest | None = None
    """None where the recipe has none, or not all models could be scored."""

    @property
    def promoted(self) -> bool:
        """Whether nothing speaks against its release."""
        return not self.reasons

    @property
    def outcome(self) -> str:
        """In a word."""
        return PROMOTED if self.promoted else REFUSED

    @property
    def level(self) -> float:
        """Of every test; one-sided."""
        return self.opening.level

    @property
    def winner(self) -> float:
        """Its fitness on the sealed items."""
        return self.scores[WINNER.label].fitness

    @property
    def uniform(self) -> float | None:
        """The fitness of the plain average of the parents."""
        scores = self.scores.get(UNIFORM.label)
        return None if scores is None else scores.fitness

    @property
    def against_best(self) -> Comparison | None:
        """The comparison with the rival that looks best on the sealed items."""
        return None if self.best is None else self.comparisons[self.best].fitness

    @property
    def best_parent(self) -> float | None:
        """The fitness of that rival."""
        return None if self.best is None else self.scores[self.best].fitness

    @property
    def difference(self) -> float | None:
        """By how much the winner's fitness is higher than that rival's."""
        return None if self.against_best is None else self.against_best.difference

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the difference, at the level of the test: above 0 where it is shown."""
        return None if self.against_best is None else self.against_best.interval

    @property
    def items(self) -> int:
        """Distinct questions that the comparison rests on."""
        return 0 if self.against_best is None else self.against_best.items

    @property
    def units(self) -> int:
        """Groups of them that hang together; questions where none do."""
        return 0 if self.against_best is None else self.against_best.units


@dataclass(frozen=True)
class EarlierVerdict:
    """A verdict by an earlier version, which says less."""

    outcome: str
    winner: float
    best_parent: float
    best: str
    items: int
    difference: float
    p_value: float
    recorded: Mapping[str, Any]
    """All of it, as that version wrote it."""


AnyVerdict = Verdict | EarlierVerdict
