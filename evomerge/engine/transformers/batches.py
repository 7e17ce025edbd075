"""Rows sorted by length and cut into batches, the same on every machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import torch

T = TypeVar("T")

HANDS = {"cpu": 2, "cuda": 1}
"""Batches that are made alike, so that two cores with one each end together."""


def batched(
    entries: Iterable[T], length: Callable[[T], int], limit: int, hands: int = 1
) -> Iterator[list[T]]:
    """Batches of similar length, longest first, so that memory runs out at once or never.

    Args:
        limit: padded tokens in a batch. Part of a score's definition: another batch size rounds
            differently.
        hands: so many batches at a time are dealt out like cards, for cores to end together.
    """
    dealt: list[T] = []
    for entry in sorted(entries, key=length, reverse=True):
        if dealt and length(dealt[0]) * (len(dealt) // hands + 1) > limit:
            yield from _hands(dealt, hands)
            dealt = []
        dealt.append(entry)
    yield from _hands(dealt, hands)


def _hands(dealt: Sequence[T], hands: int) -> Iterator[list[T]]:
    for hand in range(min(hands, len(dealt))):
        yield [*dealt[hand::hands]]


def pad(rows: Sequence[Sequence[int]], value: int, side: str) -> torch.Tensor:
    """Token ids of rows of different lengths, shape (rows, longest)."""
    width = max(map(len, rows))
    if side == "left":
        return torch.tensor([[value] * (width - len(row)) + [*row] for row in rows])
    return torch.tensor([[*row] + [value] * (width - len(row)) for row in rows])
