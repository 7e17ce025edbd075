"""The search items that every leader is asked for the rails: the same ones all along."""

from __future__ import annotations

from hashlib import blake2b

from evomerge.ledger import ItemKey, Split
from evomerge.score.benchmark import Benchmark

MOST = 64
"""Search items of each task, at most: their mean is known to 6 points where half are right. Leaders
were asked many of them by their races."""


def watched_items(benchmark: Benchmark, seed: int) -> dict[str, list[ItemKey]]:
    """By task, the watched items: drawn by a hash, so that no order of items decides.

    Args:
        seed: the run's.
    """

    def drawn(key: ItemKey) -> bytes:
        return blake2b(repr((seed, *key)).encode(), digest_size=16).digest()

    return {
        term.task: sorted((item.key for item in term.items[Split.SEARCH]), key=drawn)[:MOST]
        for term in benchmark.own_terms
    }
