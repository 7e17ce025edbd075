"""Which item's answer each item is given instead of its own: one of the same length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

SMALLEST = 3
"""Items that exchange answers with each other, at least: two would only swap, and a model that
answers each question of a pair with the other's answer would look right."""


def donors(answers: Sequence[str], lengths: Sequence[int], ids: Sequence[str]) -> list[int]:
    """For each item the position of another one, whose answer it is given.

    Each answer is given to one item, so that what judges by the answer alone gives all of them
    the same mean again. Items stand in the order of the lengths of their answers, and exchange
    within the smallest groups of neighbours in which each can be given another answer than its own:
    an exchange of equal answers ("yes" for "yes") would change nothing. Where more than half of all
    answers are the same one, as few as possible are exchanged for their like.

    Args:
        answers: each item's.
        lengths: of the answers, in any unit.
        ids: different ones. They settle the order of equals, so that the items' order does not.

    Returns:
        A permutation of the positions. Of two items or more none keeps its own answer.
    """
    order = sorted(range(len(ids)), key=lambda i: (lengths[i], answers[i], ids[i]))
    result = list(range(len(ids)))
    for start, stop in _groups([answers[i] for i in order]):
        members = order[start:stop]
        for member, donor in zip(members, _moved([answers[i] for i in members]), strict=True):
            result[member] = members[donor]
    return result


def _groups(answers: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Bounds of the groups: the smallest that will do. The last ones are joined until they do."""
    bounds, seen = [0], Counter[str]()
    for place, answer in enumerate(answers, 1):
        seen[answer] += 1
        if _will_do(seen, place - bounds[-1]):
            bounds.append(place)
            seen.clear()
    while (
        len(bounds) > 1
        and bounds[-1] < len(answers)
        and not _will_do(seen, len(answers) - bounds[-1])
    ):
        seen.update(answers[bounds[-2] : bounds[-1]])
        bounds.pop()
    if bounds[-1] < len(answers):
        bounds.append(len(answers))
    yield from pairwise(bounds)


def _will_do(seen: Counter[str], size: int) -> bool:
    return size >= SMALLEST and size > 2 * max(seen.values())


def _moved(answers: Sequence[str]) -> list[int]:
    """Each place's donor in a group whose equal answers stand together.

    Moved on by as many places as the most common answer has, all others stand elsewhere.
    """
    size, most = len(answers), max(Counter(answers).values())
    step = most if most < size else 1
    moved = [(place + step) % size for place in range(size)]
    if size != 2 * step or step == 1:
        return moved
    # Half of them are alike: the step back would undo the step forth.
    turned = [*moved[:step], *((place + 1) % step for place in range(step))]
    return turned if all(answers[d] != answers[p] for p, d in enumerate(turned)) else moved
