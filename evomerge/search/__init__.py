"""Searches: recipes from vectors, vectors from CMA-ES or chance. No torch here."""

from evomerge.search.algorithm import Algorithm, Vector
from evomerge.search.archive import Archive, Elite

__all__ = ["Algorithm", "Archive", "Elite", "Vector"]
