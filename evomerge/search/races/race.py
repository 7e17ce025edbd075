"""Racing: candidates are scored on growing samples of items, and cut once they cannot matter.

Races for selection in evolution strategies (Heidrich-Meisner & Igel 2009), with differences paired
by item in the place of bounds on each candidate's own mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from evomerge.ledger import ItemKey
from evomerge.search.races.sample import Floats, Sample

ERROR = 0.05
"""How often the best of a generation may be cut."""

SHARE = 1 / 6
"""Of the items that a race asks at most. In simulation (benchmarks/racing.py) limits that adapt to
how a race ended found no better winners than a constant one for as many items."""

ROUNDING = 1e-12
"""Scores that differ by no more are equal: what rounding leaves of a mean."""

LEAST = 24
"""Items that a race asks at most, where the share would be fewer."""


def race_sizes(items: int) -> list[int]:
    """Sizes of the samples of a generation's race, where there are so many items.

    Two looks: more of them save few items, and each costs every candidate another merge.
    """
    limit = min(items, max(LEAST, math.ceil(items * SHARE)))
    return [math.ceil(limit / 2), limit]


def final_sizes(items: int) -> list[int]:
    """Sizes of the samples of a search's last race, among its best: up to all items."""
    return [math.ceil(items / 4), math.ceil(items / 2), items]


@dataclass(frozen=True)
class Spread:
    """How far the survivors of a race lie apart, and what chance makes of equals."""

    statistic: float
    """About chi-squared with `degrees` degrees of freedom, were all of them alike."""
    degrees: int
    noise: float
    """Standard deviation of a difference between two of them, over items like these."""


class Race:
    """One generation's candidates on their way to the places that count.

    After each sample a candidate is cut that is significantly worse than `keep` others. A function
    of what it is told: told the same again, it does the same.

    Args:
        samples: nested, the smallest first; see :meth:`Items.sample`.
        candidates: how many start.
        keep: how many places count: those that the algorithm selects, or the elites of a final.
            Where all of them do, none is cut, and all are scored on every sample.
        error: how often the candidate that is best on all items may be cut.
    """

    def __init__(
        self, samples: Sequence[Sample], candidates: int, keep: int, *, error: float = ERROR
    ) -> None:
        self._samples, self._keep, self._looks = samples, keep, 0
        self.estimates: list[float | None] = [None] * candidates
        """Of each candidate the fitness on all items, as its last sample has it; None where it
        failed."""
        self.cut: list[int] = []
        """Candidates that were cut, in the order of it."""
        self.scores: list[dict[ItemKey, float]] = [{} for _ in range(candidates)]
        """All that was told, candidate by candidate."""
        self.running = list(range(candidates))
        """Candidates that are neither cut nor failed."""
        # The best is cut when `keep` others seem better. By Markov's inequality that is at most as
        # probable as the sum, over the others, of the probability to seem so, divided by `keep`.
        self._level = error * keep / (len(samples) * max(candidates - 1, keep))

    @property
    def over(self) -> bool:
        """Whether no further score is needed."""
        settled = self._looks > 0 and len(self.running) <= self._keep < len(self.scores)
        return settled or not self.running or self._looks == len(self._samples)

    def asks(self) -> dict[int, list[ItemKey]]:
        """What each running candidate is to be scored on next, beyond what it was scored on."""
        if self.over:
            return {}
        items = self._samples[self._looks].items
        return {c: [i for i in items if i not in self.scores[c]] for c in self.running}

    def observe(self, scores: Mapping[int, Mapping[ItemKey, float] | None]) -> None:
        """Take in the scores asked for, and cut.

        Args:
            scores: of each running candidate; None for one that failed, which is out. Scores of
                further items are kept, and not asked for again.

        Raises:
            ValueError: a candidate's scores are missing, or some item's.
        """
        asked = self.asks()
        if scores.keys() != asked.keys():
            raise ValueError(f"expected scores of candidates {[*asked]}, got {[*scores]}")
        for candidate, known in scores.items():
            if known is None:
                self.running.remove(candidate)
                self.estimates[candidate] = None
                continue
            if missing := set(asked[candidate]) - known.keys():
                raise ValueError(f"candidate {candidate} lacks scores of {len(missing)} items")
            self.scores[candidate].update(known)
        self._looks += 1
        if self.running:
            self._compare()

    def likely(self, scores: Mapping[int, Mapping[ItemKey, float]]) -> list[int]:
        """Candidates that will probably go on after this sample, best first: those that those which
        are scored on it so far do not cut.

        Args:
            scores: of what is asked for, of some of the running candidates.
        """
        if not scores:
            return []
        sample = self._samples[self._looks]
        rows = [[{**self.scores[c], **scores[c]}[i] for i in sample.items] for c in scores]
        estimates, beaten = self._beaten(sample, np.array(rows, dtype=float))
        ranked = sorted(zip(-estimates, scores, beaten, strict=True))
        return [candidate for _, candidate, out in ranked if not out]

    def _compare(self) -> None:
        estimates, beaten = self._beaten(*self._last())
        for candidate, estimate in zip(self.running, estimates, strict=True):
            self.estimates[candidate] = float(estimate)
        self.cut += [c for c, out in zip(self.running, beaten, strict=True) if out]
        self.running = [c for c, out in zip(self.running, beaten, strict=True) if not out]

    def _beaten(self, sample: Sample, table: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """Estimates of candidates, and which of them are significantly worse than `keep` others.

        Args:
            table: their scores on the sample, shape (candidates, items).
        """
        estimates = sample.estimate(table)
        variances, degrees = sample.paired_variances(table)
        threshold = float(stdtrit(degrees, 1.0 - self._level))
        worse = estimates[None] - estimates[:, None] > threshold * np.sqrt(variances) + ROUNDING
        return estimates, worse.sum(axis=1) >= self._keep

    def _last(self) -> tuple[Sample, Floats]:
        """The last sample, and its scores, shape (running candidates, items)."""
        sample = self._samples[self._looks - 1]
        rows = [[self.scores[c][item] for item in sample.items] for c in self.running]
        return sample, np.array(rows, dtype=float)

    def spread(self) -> Spread | None:
        """How far the survivors lie apart; None where enough were cut to settle the race."""
        if self.cut and len(self.running) <= self._keep:
            return None
        if len(self.running) < 2:
            return Spread(0.0, 0, 0.0)
        sample, table = self._last()
        variances, _ = sample.paired_variances(table, of_these=False)
        count = len(table)
        mean = float(variances.sum()) / (count * (count - 1))
        squares = float(sample.estimate(table).var()) * count
        whole = math.sqrt(mean * len(sample.items) / sample.population)
        return Spread(2.0 * squares / mean if mean else 0.0, count - 1, whole)
