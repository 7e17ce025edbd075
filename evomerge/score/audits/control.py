"""Answers exchanged between items: what a score is worth that they get all the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from evomerge.engine.request import Response, silence
from evomerge.score.audits.donors import donors
from evomerge.score.items.item import Item


def exchanged(
    items: Sequence[Item],
    responses: Sequence[Sequence[Response]],
    answers: Sequence[str] | None = None,
) -> list[Sequence[Response]]:
    """For each item what was answered to another one, which was asked as much.

    Generated answers are exchanged for others of nearly the same length (see :func:`donors`), so
    that what judges by length, or by anything else about an answer alone, scores them as high. Of
    multiple choice the choice in the same place is taken. An item that has no like is answered with
    silence.

    Args:
        answers: what is judged of each answer, where it is generated.
    """
    alike: defaultdict[tuple[type, ...], list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        alike[tuple(map(type, item.requests))].append(index)
    result = [silence(item.requests) for item in items]
    for group in alike.values():
        for index, place in zip(group, _donors_in(group, items, answers), strict=True):
            if group[place] != index:
                result[index] = tuple(responses[group[place]])
    return list(result)


def _donors_in(
    group: Sequence[int], items: Sequence[Item], answers: Sequence[str] | None
) -> list[int]:
    if answers is None:
        shift = max(1, len(group) // 2)
        return [(place + shift) % len(group) for place in range(len(group))]
    texts = [answers[index] for index in group]
    return donors(texts, [len(text) for text in texts], [items[index].id for index in group])
