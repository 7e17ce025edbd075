"""Questions about the same numbers, in whatever words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from scipy.special import pdtrc

from evomerge.score.wording.question import Question

CHANCE = 0.05
"""Of all pairs of a task's questions, how many may share their numbers by chance."""
SHARED = 3
"""Sets of numbers that two wordings share, at the least, before chance is asked."""
COINCIDENCES = 1e-6
"""How improbable it must be that two wordings of a task share so many sets of numbers by chance."""
_PRIOR = 100
"""Questions of a task that count as much as what is known of numbers in texts at large."""
_DRAWN = 8
"""Numbers that a question may have: most have fewer."""


def same_numbers_by_no_chance(questions: Sequence[Question]) -> list[list[int]]:
    """Find questions of one task that share all of their numbers, where that is no coincidence.

    Were numbers drawn independently, each as often as it is in the task, fewer than `CHANCE` pairs
    of the task's questions would share such numbers. Where two wordings are asked about many sets
    of numbers, and about the same ones far oftener than chance would have it, none of these is a
    coincidence, though each by itself might be.

    Returns:
        Sets of two or more numbers of questions.
    """
    asked = _Numbers(questions)
    needed = math.log(max(math.comb(len(questions), 2), 1) / CHANCE)
    rare = [
        places
        for drawn, places in asked.places.items()
        if len(places) > 1 and asked.information(drawn) > needed
    ]
    return [*map(list, sorted({*map(tuple, [*rare, *_wordings(questions, asked)])}))]


class _Numbers:
    """The sets of numbers that questions are about.

    Args:
        questions: of one task.
    """

    def __init__(self, questions: Sequence[Question]) -> None:
        self.of = [
            frozenset(n for s in question.sentences for n in s.numbers) for question in questions
        ]
        self.places: defaultdict[frozenset[str], list[int]] = defaultdict(list)
        for place, drawn in enumerate(self.of):
            self.places[drawn].append(place)
        self._frequency = Counter(number for drawn in self.of for number in drawn)

    def information(self, drawn: frozenset[str]) -> float:
        """How improbable it is that another question is about the same numbers, in nats."""
        places = len(self.places[drawn])
        others = len(self.of) - places + _PRIOR
        return math.fsum(
            math.log(others / (self._frequency[number] - places + _PRIOR * _chance(number)))
            for number in drawn
        )


def _wordings(questions: Sequence[Question], asked: _Numbers) -> Iterator[list[int]]:
    """The questions about each set of numbers that two wordings share beyond chance."""
    sets: defaultdict[tuple[str, ...], set[frozenset[str]]] = defaultdict(set)
    for question, drawn in zip(questions, asked.of, strict=True):
        sets[tuple(word for s in question.sentences for word in s.words)].add(drawn)
    found: defaultdict[frozenset[str], list[tuple[str, ...]]] = defaultdict(list)
    for wording, numbers in sorted(sets.items()):
        for drawn in numbers if len(numbers) >= SHARED else ():
            found[drawn].append(wording)
    shared: defaultdict[tuple[tuple[str, ...], ...], list[frozenset[str]]] = defaultdict(list)
    for drawn, wordings in found.items():
        for pair in combinations(wordings, 2):
            shared[pair].append(drawn)
    for (one, other), common in shared.items():
        expected = len(sets[other]) * math.fsum(
            math.exp(-asked.information(drawn)) for drawn in sets[one]
        )
        if len(common) >= SHARED and pdtrc(len(common) - 1, expected) < COINCIDENCES / len(shared):
            for drawn in common:
                yield asked.places[drawn]


def _chance(number: str) -> float:
    """How often a question has a number, whatever its task.

    Numbers in texts are short and round: half of them have one significant figure, a quarter
    two, and so on; half of them no zero behind those, a quarter one. Their first figures follow
    Benford's law. On GSM8K and SVAMP this is right within a factor of ten.
    """
    figures = number.replace(".", "").lstrip("0")
    significant = figures.rstrip("0")[:12] or "1"
    zeros = len(figures) - len(significant)
    benford = math.log10(1 + 1 / int(significant))
    return min(_DRAWN * benford * 0.5 ** (len(significant) + zeros + 1), 1)
