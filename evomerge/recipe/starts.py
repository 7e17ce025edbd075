"""Where a search may begin that is not told: the parents' plain average, and each parent alone."""

from __future__ import annotations

from collections.abc import Iterator

from evomerge.errors import RecipeError
from evomerge.recipe.genome import Genome
from evomerge.recipe.path_space import INCLUDE, PATH
from evomerge.recipe.source import Place
from evomerge.recipe.values import Scalar

WEIGHT, USE = "weight", "use"


def known_starts(genome: Genome) -> list[tuple[float, ...]]:
    """Genomes of the average and of each parent, as far as genes express them, each of shape (n,).

    In the average all models have weight 1 / n, and of a parent alone it has 1 and others 0, or are
    not used; all other genes are where the search begins. None of them where a model has no gene
    of its weight, and none that lies beyond a gene's range. A path runs through the layers of one
    model alone; with those of the first the search begins.
    """
    return [*_of_weights(genome), *_of_paths(genome)]


def _of_paths(genome: Genome) -> Iterator[tuple[float, ...]]:
    space = genome.recipe.path_space()
    for layers in space.others if space else ():
        yield genome.with_values(
            {
                number: place[2] in layers
                for number, (place, _) in enumerate(genome.genes)
                if place[:2] == (PATH, INCLUDE)
            }
        )


def _of_weights(genome: Genome) -> list[tuple[float, ...]]:
    recipe = genome.recipe
    names = [e.model for e in recipe.models or () if e.model != recipe.base_model]
    owned = {number: genome.owner(number) for number in range(len(genome.genes))}
    weighted = {owner for n, owner in owned.items() if WEIGHT in genome.genes[n][0]}
    if len(names) < 2 or not weighted >= {*names} or len({*names}) < len(names):
        return []
    alone = [{name: float(name == parent) for name in names} for parent in names]
    vectors = [
        _weighted(genome, owned, weights)
        for weights in ({name: 1 / len(names) for name in names}, *alone)
    ]
    return list(dict.fromkeys(vector for vector in vectors if vector is not None))


def _weighted(
    genome: Genome, owned: dict[int, str | None], weights: dict[str, float]
) -> tuple[float, ...] | None:
    values: dict[int, Scalar] = {}
    for number, owner in owned.items():
        place = genome.genes[number][0]
        if owner in weights and place[-1] == USE:
            values[number] = weights[owner] > 0
        elif owner in weights and _is_weight(place):
            values[number] = weights[owner]
    try:
        return genome.with_values(values)
    except RecipeError:  # beyond the range of a gene
        return None


def _is_weight(place: Place) -> bool:
    return "parameters" in place and place[place.index("parameters") + 1] == WEIGHT
