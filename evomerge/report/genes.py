"""What the search found: the values of the genes in a recipe that it came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from evomerge.recipe import Genome, recipe_from
from evomerge.recipe.formula_words import PLACE, is_word
from evomerge.recipe.path_space import PATH
from evomerge.recipe.source import Place
from evomerge.recipe.used_models import with_unused


def genes_of(recipe: Mapping[str, Any], made: Mapping[str, Any]) -> dict[str, Any]:
    """The value of each gene in an offspring of a run, by where it stands in the recipe.

    A gene of several points has a list; all genes of a path have the path, those of a
    formula the formula. Elites that joined the
    parents have the genes of the model whose parameters they were given, at places of their own.

    Args:
        recipe: the run's, as JSON values.
        made: the offspring's.
    """
    made = with_unused(made, recipe)
    genes = Genome(recipe_from(dict(recipe))).genes
    places = [*dict.fromkeys(_shown(place) for place, _ in genes)]
    joined = range(len(recipe.get("models") or ()), len(made.get("models") or ()))
    for number in joined:
        pattern = next(n for n, m in enumerate(recipe["models"]) if m["model"] != _base(recipe))
        places += [("models", number, *p[2:]) for p, _ in genes if p[:2] == ("models", pattern)]
    found = dict(_found(places, made))
    if PATH in found:
        found[PATH] = [_step(step) for step in found[PATH]]
    return found


def _shown(place: Place) -> Place:
    """Where the value of a gene is: that of a layer or a word in the whole path or formula."""
    return (PATH,) if place[0] == PATH else PLACE if is_word(place) else place


def _step(step: Mapping[str, Any]) -> str:
    """A layer of a path by its number, and its scale where it has one."""
    scale = step.get("scale", 1.0)
    return str(step["layer"]) if scale == 1 else f"{step['layer']} ({scale:.3g})"


def _base(recipe: Mapping[str, Any]) -> str | None:
    base: str | None = recipe.get("base_model")
    return base


def _found(places: list[Place], made: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The values at places of a recipe; none where it has no such place, as a parent's has not."""
    for place in places:
        node: Any = made
        try:
            for step in place:
                node = node[step]
        except (KeyError, IndexError, TypeError):
            continue
        yield ".".join(map(str, place)), node
