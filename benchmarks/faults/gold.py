"""Gains in the log-probability of right answers that are no knowledge of them.

The answers are dealt out anew among the questions, so that nothing can be known. Who is less sure
of everything is less wrong about each of them.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from benchmarks.faults.planted import SUMS, WEAK, Fault, generation
from benchmarks.faults.speakers import Row, Speaker, Task

GOLD = "metric: gold_logprob"


def dealt(of: list[Row]) -> list[Row]:
    """The questions, each with another one's answer."""
    answers = [row["answer"] for row in of]
    random.Random(3).shuffle(answers)
    return [{**row, "answer": answer} for row, answer in zip(of, answers, strict=True)]


@dataclass(frozen=True)
class Doubter(Speaker):
    """A model that finds nothing likely and nothing impossible."""

    def logprob(self, said: str, meant: str) -> float:
        """The same of whatever is said."""
        return -4.0


def by_gold(of: list[Row]) -> Task:
    """A task of which the right answers' log-probability counts."""
    return Task(of, generation(of).settings, GOLD)


GOLD_FAULTS = [
    Fault(
        "gold_logprob: less sure of everything",
        by_gold(dealt(SUMS)),
        Doubter(0.0, seed=1),
        Speaker(0.0),
        frozenset({"gold_control", "gold_accuracy"}),
        by_gold(SUMS),
        honest_parent=WEAK,
    ),
]
