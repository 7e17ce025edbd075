"""Beginnings that many texts share, such as few-shot examples: found once, to be read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
Tokens = tuple[int, ...]

SHORTEST = 32
"""Tokens that are worth reading apart from what follows them."""
FEWEST = 8
"""Texts for which it is worth it."""


def by_prefix(
    rows: Sequence[T], text: Callable[[T], Tokens], shared: int = 0
) -> Iterator[tuple[Tokens, list[T]]]:
    """Rows put together by the longest beginning that they share with enough others.

    Args:
        text: what of a row may be shared.
        shared: how many tokens all rows are known to begin with.

    Returns:
        Each shared beginning (empty for rows that have none) and its rows.
    """
    alike: dict[Tokens, list[T]] = defaultdict(list)
    for row in rows:
        alike[text(row)[shared : shared + SHORTEST]].append(row)
    alone: list[T] = []
    for following, group in alike.items():
        if len(following) < SHORTEST or len(group) < FEWEST:
            alone += group
            continue
        texts = [text(row) for row in group]
        yield from by_prefix(group, text, _common(min(texts), max(texts)))
    if alone:
        yield (text(alone[0])[:shared] if len(alone) >= FEWEST else (), alone)


def _common(one: Tokens, other: Tokens) -> int:
    """How many tokens two texts begin alike with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
