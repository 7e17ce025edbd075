"""Searches over genomes: vectors and numbers only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evomerge.search.archive import Archive, Elite
from evomerge.search.protocol import Search, Vector

if TYPE_CHECKING:
    from evomerge.recipe import SearchSettings

__all__ = ["Archive", "Elite", "Search", "Vector", "make_search"]


def make_search(settings: SearchSettings, start: Vector, seed: int) -> Search:
    """The search that a recipe asks for.

    Args:
        start: where it starts, shape (n,).
    """
    if settings.algorithm == "random":
        from evomerge.search.random_search import RandomSearch

        return RandomSearch(len(start), population=settings.population or 10, seed=seed)
    from evomerge.search.cma_es import CmaEs

    return CmaEs(start, sigma=settings.sigma, population=settings.population, seed=seed)
