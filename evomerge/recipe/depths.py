"""Where in the model each coordinate of a genome acts, as far as that is one place."""

from __future__ import annotations

from evomerge.recipe.genome import Genome
from evomerge.recipe.path_space import INCLUDE, PATH
from evomerge.recipe.source import Place
from evomerge.recipe.values import Gene


def depths_of(genome: Genome) -> tuple[float | None, ...]:
    """Of each coordinate, 0 for the first layer to 1 for the last; None for all of the model.

    A point of a gradient acts about its own depth, a gene of a slice in that slice's layers, and
    one that says whether a path has a layer at that layer.
    """
    slices = len(genome.recipe.slices or ())
    slots = sum(place[:2] == (PATH, INCLUDE) for place, _ in genome.genes)
    space = genome.recipe.path_space()
    layers = space.layers if space else slots
    return tuple(
        _depth(place, gene, point, slices, layers)
        for place, gene in genome.genes
        for point in range(gene.points)
    )


def _depth(place: Place, gene: Gene, point: int, slices: int, layers: int) -> float | None:
    if place[:2] == (PATH, INCLUDE):
        return _share(int(place[2]) % layers, layers)
    if place[0] == "slices":
        return _share(int(place[1]), slices)
    return _share(point, gene.points) if gene.points > 1 else None


def _share(number: int, count: int) -> float:
    """Where one of several stands, 0 to 1; one alone in the middle."""
    return number / (count - 1) if count > 1 else 0.5
