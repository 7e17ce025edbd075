"""What a search had reached when so much of its budget was spent."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple

from evomerge.ledger import Place, Split, State
from evomerge.report.history import PastCandidate, RunHistory
from evomerge.report.view import ViewedCandidate
from evomerge.search.order import merit

Measure = Literal["evaluations", "items", "seconds"]
MEASURES: tuple[Measure, ...] = ("evaluations", "items", "seconds")
QUARTILES = (0.25, 0.5, 0.75, 1.0)


class SpentSoFar(NamedTuple):
    """What a search had taken at some point."""

    evaluations: int
    """Candidates that were scored, or failed."""
    items: int
    """Search items that its candidates were asked."""
    seconds: float
    """Active seconds of the run, whatever for."""


class Reached(NamedTuple):
    """The best candidate that a search knew of at some point."""

    spent: SpentSoFar
    fitness: float | None
    """Its search score, as it is known in the end; None before one was scored."""


@dataclass(frozen=True)
class Progress:
    """A search from one candidate to the next, in the order in which they were scored."""

    steps: tuple[Reached, ...] = ()

    @property
    def spent(self) -> SpentSoFar:
        """In all."""
        return self.steps[-1].spent if self.steps else SpentSoFar(0, 0, 0.0)

    def best(self, measure: Measure, amount: float) -> float | None:
        """The search score of the best candidate when no more than so much was spent."""
        spent = [getattr(step.spent, measure) for step in self.steps]
        number = bisect_right(spent, amount)
        return self.steps[number - 1].fitness if number else None


@dataclass(frozen=True)
class EqualSpending:
    """What each of several searches had reached when as much was spent of each."""

    measure: Measure
    amount: float
    best: tuple[float | None, ...]
    """Search scores, in the order of the runs."""


def progress_of(history: RunHistory, ended: Mapping[Place, float]) -> Progress:
    """The progress of a search; less violation of floors is better, and then a higher fitness.

    Candidates that were cut from a race are counted, and are never the best unless all items are
    known of them: of the others little is known.

    Args:
        ended: when each candidate was first scored, in active seconds.
    """
    scored = sorted(
        (ended[c.place], c.number, c)
        for c in history.candidates
        if c.is_of_search and c.place in ended
    )
    digests, most = {c.digest for *_, c in scored}, max((c.items for *_, c in scored), default=0)
    asked = sorted(
        (part.ended_s, part.items)
        for part in history.parts
        if part.split == Split.SEARCH and part.digest in digests
    )
    ends, sums = [end for end, _ in asked], [0, *accumulate(items for _, items in asked)]
    steps, best = list[Reached](), None
    for number, (end, _, candidate) in enumerate(scored, start=1):
        if candidate.state is State.SCORED or candidate.items == most:
            best = _better(best, candidate)
        spent = SpentSoFar(number, sums[bisect_right(ends, end)], end)
        steps.append(Reached(spent, None if best is None else best.fitness))
    return Progress(tuple(steps))


def _better(best: ViewedCandidate | None, past: PastCandidate) -> ViewedCandidate | None:
    """The better one of two; of equals the first. That one was cut in the end says nothing here."""
    if past.fitness is None:
        return best
    place, known = past.place, (past.items, past.fitness, past.violation)
    candidate = ViewedCandidate(past.digest, place, State.SCORED, *known)
    return candidate if best is None or merit(candidate) > merit(best) else best


def at_equal_spending(each: Sequence[Progress]) -> tuple[EqualSpending, ...]:
    """What searches had reached at the quartiles of the smallest budget that one has spent, by each
    measure of spending.
    """
    found = []
    for measure in MEASURES:
        least = min((getattr(progress.spent, measure) for progress in each), default=0)
        whole = measure != "seconds"
        amounts = [math.floor(least * share) if whole else least * share for share in QUARTILES]
        found += [
            EqualSpending(measure, amount, tuple(p.best(measure, amount) for p in each))
            for amount in dict.fromkeys(amounts)
            if amount
        ]
    return tuple(found)
