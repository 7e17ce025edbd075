"""What the items share that no elite solves, in words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from evomerge.report.solved import Solved, SolvedItem

FEWEST = 4
"""Missed items, below which nothing is said of what they share."""
ALPHA = 0.05
"""How often something is told that is chance, over all traits that are tried."""
HALDANE = 0.5
"""Added to each count, so that no ratio is infinite (Haldane 1956)."""
MOST = 6
"""Groups that are told of each task."""

_Traits = tuple[SolvedItem, frozenset[str], bool]
"""An item, what may be said of it, and whether it is missed."""

_WORD = re.compile(r"[^\W\d_]{2,}", re.UNICODE)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Misses:
    """Items of a task that no elite solves, and that have something in common."""

    task: str
    shared: str
    """What they share, in words; "" for those that share nothing which tells them from others."""
    items: tuple[SolvedItem, ...]
    share: float
    """How large a share of the asked items that have it is missed."""
    others: float
    """The same of those that have it not."""

    @property
    def sentence(self) -> str:
        """All of it, of those that share something."""
        return (
            f"{self.task}: {len(self.items)} missed items share that {self.shared} "
            f"({self.share:.0%} of such items are missed, {self.others:.0%} of the others)"
        )


def misses_of(solved: Solved) -> list[Misses]:
    """Groups of the items that no elite solves, task by task, the largest first.

    A group shares a word of the question, its length, or the size of a number. Greedily the trait
    whose log odds ratio of being missed (with a half added to each count, Haldane 1956) is the most
    standard errors above 0 makes a group, until none is as far as chance brings one of all that
    are tried in one case of twenty (Bonferroni).
    """
    missed = {(one.task, one.item) for one in solved.missed_by_elites}
    return sorted(
        (
            group
            for task in dict.fromkeys(one.task for one in solved.missed_by_elites)
            for group in _of_task(task, [*_asked(solved, task)], missed)
        ),
        key=lambda group: -len(group.items),
    )


def _asked(solved: Solved, task: str) -> Iterator[SolvedItem]:
    """The items of a task whose questions are known and that the winner was asked."""
    winner = solved.models.index("winner")
    for one in solved.graded:
        if one.task == task and one.question is not None and one.scores[winner] is not None:
            yield one


def _of_task(
    task: str, asked: Sequence[SolvedItem], missed: set[tuple[str, str]]
) -> Iterator[Misses]:
    """Groups of one task; each is looked for among the items that no group before it has."""
    rest = [(one, traits_of(one), (task, one.item) in missed) for one in asked]
    for _ in range(MOST):
        tables = _tables(rest)
        best = max(tables, key=lambda trait: _odds(tables[trait]), default=None)
        if best is None or _odds(tables[best]) < NormalDist().inv_cdf(1 - ALPHA / len(tables)):
            break
        own = tuple(one for one, of, is_missed in rest if is_missed and best in of)
        solved, others_missed, with_solved, with_missed = tables[best]
        share = with_missed / (with_missed + with_solved)
        yield Misses(task, best, own, share, others_missed / max(1, others_missed + solved))
        rest = [one for one in rest if best not in one[1]]
    left = tuple(one for one, _, is_missed in rest if is_missed)
    if len(left) >= FEWEST:
        yield Misses(task, "", left, 0.0, 0.0)


def traits_of(one: SolvedItem) -> frozenset[str]:
    """What may be said of an item that other items have too."""
    text = one.question or ""
    words = {f"the question says “{word}”" for word in _WORD.findall(text.lower())}
    digits = max((len(number) for number in _NUMBER.findall(text)), default=0)
    numbers = {f"a number of {digits} digits is in it"} if digits > 1 else set()
    length = 2 ** max(3, math.ceil(math.log2(len(text) + 1)))
    return frozenset({*words, *numbers, f"the question has {length // 2} to {length} characters"})


def _tables(items: Sequence[_Traits]) -> dict[str, tuple[int, int, int, int]]:
    """Of each trait of a missed item, how many items without it are solved and missed, and how many
    with it.
    """
    solved = Counter(trait for _, own, is_missed in items if not is_missed for trait in own)
    missed = Counter(trait for _, own, is_missed in items if is_missed for trait in own)
    all_missed = sum(is_missed for _, _, is_missed in items)
    all_solved = len(items) - all_missed
    return {
        trait: (all_solved - solved[trait], all_missed - count, solved[trait], count)
        for trait, count in missed.items()
    }


def _odds(table: tuple[int, int, int, int]) -> float:
    """The log odds ratio of being missed with the trait, in its standard errors."""
    if table[3] < FEWEST:
        return 0.0
    a, b, c, d = (count + HALDANE for count in table)
    return math.log(a * d / (b * c)) / math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
