"""Answers exchanged between items: what a score is worth that they get all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from evomerge.score.item import Item
from evomerge.score.request import Response, silence


def exchanged(
    items: Sequence[Item], responses: Sequence[Sequence[Response]]
) -> list[Sequence[Response]]:
    """For each item what was answered to another one, which was asked as much.

    An item that has no like is answered with silence.
    """
    alike: defaultdict[tuple[type, ...], list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        alike[tuple(map(type, item.requests))].append(index)
    result = [silence(item.requests) for item in items]
    for group in alike.values():
        shift = max(1, len(group) // 2)
        for place, index in enumerate(group):
            other = group[(place + shift) % len(group)]
            if other != index:
                result[index] = tuple(responses[other])
    return list(result)
