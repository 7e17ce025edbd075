"""The search algorithms by their names in a recipe: a file of this folder is registered."""

from evomerge.kinds import kinds_in
from evomerge.search.algorithms.cma_es import CMA_ES
from evomerge.search.kind import AlgorithmSettings, Kind

ALGORITHMS: dict[str, Kind] = kinds_in(__name__, Kind)

DEFAULT = CMA_ES


def kind_of(settings: AlgorithmSettings) -> Kind:
    """The algorithm that settings belong to."""
    return next(kind for kind in ALGORITHMS.values() if kind.settings is type(settings))
