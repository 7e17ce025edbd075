"""Where a search may begin that is not told: the parents' plain average, and each parent alone."""

from __future__ import annotations

from collections.abc import Iterator

from evomerge.errors import RecipeError
from evomerge.formulas.grammar import parse_formula
from evomerge.recipe.genome import Genome
from evomerge.recipe.path_space import INCLUDE, PATH
from evomerge.recipe.source import Place
from evomerge.recipe.values import Scalar

WEIGHT, USE = "weight", "use"


def known_starts(genome: Genome) -> list[tuple[float, ...]]:
    """Formulas, the average, and each parent alone, as far as genes express them; shape (n,) each.

    Not the path through the first parent's layers alone: there the search begins.
    """
    known = dict.fromkeys([*_formulas(genome), *average_start(genome), *parent_starts(genome)])
    if genome.recipe.path_space() is not None:
        known.pop(genome.snap(genome.start), None)
    return list(known)


def _formulas(genome: Genome) -> Iterator[tuple[float, ...]]:
    """Further formulas to begin with, all other genes where the search begins."""
    if genome.words is not None and genome.wanted is not None:
        for text in genome.words.texts[1:]:
            yield genome.wanted.put(parse_formula(text), genome.snap(genome.start))


def average_start(genome: Genome) -> list[tuple[float, ...]]:
    """The genome in which each of n models has weight 1 / n, shape (n,).

    All other genes are where the search begins. None where a model has no gene of its weight, or
    the weight lies beyond the gene's range.
    """
    names = _weighted_models(genome)
    return _having(genome, [{name: 1 / len(names) for name in names}])


def parent_starts(genome: Genome) -> list[tuple[float, ...]]:
    """For each model the genome in which it has weight 1 and others have 0, or are not used; or the
    path through its layers alone. The rest as in :func:`average_start`. Each of shape (n,).
    """
    names = _weighted_models(genome)
    alone = _having(genome, [{name: float(name == one) for name in names} for one in names])
    return [*alone, *_paths(genome)]


def alone_start(genome: Genome, model: str) -> tuple[float, ...] | None:
    """The genome in which one model has weight 1 and others have 0, shape (n,).

    None where that cannot be.
    """
    names = _weighted_models(genome)
    found = _having(genome, [{name: float(name == model) for name in names}])
    return found[0] if found else None


def _paths(genome: Genome) -> Iterator[tuple[float, ...]]:
    space = genome.recipe.path_space()
    if space is None or not space.others:
        return
    slots = {
        number: place[2]
        for number, (place, _) in enumerate(genome.genes)
        if place[:2] == (PATH, INCLUDE)
    }
    for layers in (space.own, *space.others):
        if len(layers) <= space.longest:
            yield genome.with_values({number: slot in layers for number, slot in slots.items()})


def is_weight(place: Place) -> bool:
    """Whether a gene that stands there is a model's weight, or a part of it."""
    return "parameters" in place and place[place.index("parameters") + 1] == WEIGHT


def _weighted_models(genome: Genome) -> list[str]:
    """All models that are merged; none where one of them has no gene of its weight."""
    recipe = genome.recipe
    names = [e.model for e in recipe.models or () if e.model != recipe.base_model]
    weighted = {genome.owner(n) for n, (place, _) in enumerate(genome.genes) if WEIGHT in place}
    alike = len({*names}) < len(names)
    return [] if len(names) < 2 or alike or not weighted >= {*names} else names


def _having(genome: Genome, all_weights: list[dict[str, float]]) -> list[tuple[float, ...]]:
    owned = {number: genome.owner(number) for number in range(len(genome.genes))}
    vectors = [_weighted(genome, owned, weights) for weights in all_weights if weights]
    return [vector for vector in vectors if vector is not None]


def _weighted(
    genome: Genome, owned: dict[int, str | None], weights: dict[str, float]
) -> tuple[float, ...] | None:
    values: dict[int, Scalar] = {}
    for number, owner in owned.items():
        place = genome.genes[number][0]
        if owner in weights and place[-1] == USE:
            values[number] = weights[owner] > 0
        elif owner in weights and is_weight(place):
            values[number] = weights[owner]
    try:
        return genome.with_values(values)
    except RecipeError:  # beyond the range of a gene
        return None
