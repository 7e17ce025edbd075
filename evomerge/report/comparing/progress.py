"""What a search had reached when so much of its budget was spent."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal, NamedTuple

from evomerge.ledger import Split, State
from evomerge.report.history import History, PastCandidate
from evomerge.report.view import ViewedCandidate
from evomerge.search.order import merit

Measure = Literal["evaluations", "items", "seconds"]
MEASURES: tuple[Measure, ...] = ("evaluations", "items", "seconds")
QUARTILES = (0.25, 0.5, 0.75, 1.0)


class Spent(NamedTuple):
    """What a search had taken at some point."""

    evaluations: int
    """Candidates that it was told of."""
    items: int
    """Search items that its candidates were asked."""
    seconds: float
    """Active seconds of the run, whatever for."""


class Reached(NamedTuple):
    """The best candidate that a search knew of at some point."""

    spent: Spent
    fitness: float | None
    """Its search score, as it is known in the end; None before one was scored."""


@dataclass(frozen=True)
class Progress:
    """A search from one candidate that it was told of to the next."""

    steps: tuple[Reached, ...] = ()

    @property
    def spent(self) -> Spent:
        """In all."""
        return self.steps[-1].spent if self.steps else Spent(0, 0, 0.0)

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


def progress_of(history: History) -> Progress:
    """The progress of a search; less violation of floors is better, and then a higher fitness.

    Candidates that were cut are counted, and are never the best: of them little is known.
    """
    told = sorted(
        (c for c in history.candidates if c.is_of_search and c.told_s is not None),
        key=lambda c: (c.told_s, c.number),
    )
    digests = {c.digest for c in told}
    asked = sorted(
        (part.ended_s, part.items)
        for part in history.parts
        if part.split == Split.SEARCH and part.digest in digests
    )
    ends, sums = [end for end, _ in asked], [0, *accumulate(items for _, items in asked)]
    steps, best = list[Reached](), None
    for number, candidate in enumerate(told, start=1):
        best = _better(best, _viewed(candidate))
        assert candidate.told_s is not None
        spent = Spent(number, sums[bisect_right(ends, candidate.told_s)], candidate.told_s)
        steps.append(Reached(spent, None if best is None else best.fitness))
    return Progress(tuple(steps))


def _viewed(candidate: PastCandidate) -> ViewedCandidate:
    state = candidate.state or State.CANCELLED
    return ViewedCandidate(
        candidate.digest,
        candidate.place,
        state,
        candidate.items,
        candidate.fitness,
        candidate.violation,
    )


def _better(best: ViewedCandidate | None, next_: ViewedCandidate) -> ViewedCandidate | None:
    if next_.state is not State.SCORED or next_.fitness is None:
        return best
    return next_ if best is None or merit(next_) > merit(best) else best


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
