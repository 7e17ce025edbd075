"""Requests sorted by length and cut into batches, the same on every machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import torch

T = TypeVar("T")


def batched(entries: Iterable[T], length: Callable[[T], int], limit: int) -> Iterator[list[T]]:
    """Batches of similar length, longest first, so that memory runs out at once or never.

    Args:
        limit: padded tokens in a batch. Part of a score's definition: another batch size rounds
            differently.
    """
    batch: list[T] = []
    for entry in sorted(entries, key=length, reverse=True):
        width = length(batch[0]) if batch else 0
        if batch and width * (len(batch) + 1) > limit:
            yield batch
            batch = []
        batch.append(entry)
    if batch:
        yield batch


@dataclass(frozen=True)
class Work:
    """What a batch took."""

    forward_s: float
    """Seconds inside the model, on one core or on the GPU."""
    tokens: int
    """Tokens that went through the model, padding not counted."""


def pad(rows: Sequence[Sequence[int]], value: int, side: str) -> torch.Tensor:
    """Token ids of rows of different lengths, shape (rows, longest)."""
    width = max(map(len, rows))
    padded = torch.full((len(rows), width), value, dtype=torch.long)
    for index, row in enumerate(rows):
        where = slice(width - len(row), width) if side == "left" else slice(len(row))
        padded[index, where] = torch.tensor(row, dtype=torch.long)
    return padded
