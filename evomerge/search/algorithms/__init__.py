"""The search algorithms by their names in a recipe."""

from evomerge.search.algorithms.cma_es import CMA_ES
from evomerge.search.algorithms.random_search import RANDOM
from evomerge.search.kind import AlgorithmSettings, Kind

ALGORITHMS: dict[str, Kind] = {
    "cma-es": CMA_ES,
    "random": RANDOM,
}

DEFAULT = CMA_ES


def kind_of(settings: AlgorithmSettings) -> Kind:
    """The algorithm that settings belong to."""
    return next(kind for kind in ALGORITHMS.values() if kind.settings is type(settings))
