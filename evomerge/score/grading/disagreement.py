"""Grades of the same answers, given twice: are they the same?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evomerge.ledger import ItemScore


def disagreements(scores: Sequence[ItemScore], again: Sequence[ItemScore]) -> dict[str, int]:
    """How many items of each task got another score or weight; tasks without any are left out.

    Equal is equal bit for bit: the same answers judged by the same arithmetic leave nothing to
    round otherwise.

    Args:
        scores, again: of the same items, in any order.

    Raises:
        ValueError: they are not of the same items.
    """
    first, second = ({(s.task, s.item): s for s in graded} for graded in (scores, again))
    if first.keys() != second.keys():
        raise ValueError(f"{len(first)} items were graded, and {len(second)} or others again")
    return dict(Counter(task for task, item in first if first[task, item] != second[task, item]))
