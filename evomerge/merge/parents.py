"""The parents of a recipe: opened, compared with each other, and told apart by content."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from evomerge.cores import Cores
from evomerge.errors import ParentError, RecipeError
from evomerge.merge.calibration.calibration import check_readers
from evomerge.merge.plan.outline import check_layers
from evomerge.merge.plan.plan import Planner
from evomerge.merge.vocabulary.tokenizer import chat_template
from evomerge.merge.vocabulary.vocabulary import align_parents
from evomerge.recipe import Genome, Recipe
from evomerge.recipe.reference import STAGE
from evomerge.weights import Parent, align, check_alike, open_parent

EMPTY: Mapping[str, Parent] = MappingProxyType({})

SHOWN = 12
"""Of a hash, in words: enough to tell models apart by eye."""


def open_parents(recipe: Recipe, made: Mapping[str, Parent] = EMPTY) -> dict[str, Parent]:
    """Every parent that a recipe names, in the offspring's vocabulary, and that they fit together.

    Args:
        made: what its stages came to, by name.

    Raises:
        RecipeError: the recipe asks for a tokenizer or a chat template that there is none of, or
            for a stage that is not made.
        ParentError: one is absent, damaged, or unlike the others.
    """
    _check_stages(recipe, made)
    parents = {name: made.get(name) or _opened(recipe, name) for name in recipe.parent_names}
    template = recipe.template
    ordered = [parents[template], *(p for name, p in parents.items() if name != template)]
    try:
        parents = {parent.name: parent for parent in align(ordered)}
    except ParentError as error:
        raise ParentError(f"{recipe.at(*recipe.place_of_parent(template))}{error}") from None
    sliced = any(section.slices for _, section in recipe.sections)
    first, *others = parents.values()
    for other in others:
        try:
            check_alike([first, other], in_depth=not sliced, allowed=recipe.allow_differences)
        except ParentError as error:
            at = recipe.at(*recipe.place_of_parent(other.name))
            raise ParentError(f"{at}{error}") from None
    check_readers(recipe, parents)
    parents = align_parents(recipe, parents)
    chat_template(recipe, parents)
    genome = Genome(recipe)
    planner, start = Planner(parents), genome.decode(genome.start) if len(genome) else recipe
    if recipe.path is not None:
        planner.path_layers(start).check(recipe)
    planner.plan(start)
    if sliced:
        check_layers(recipe.model_copy(update={"merge_method": start.merge_method}), parents)
    return parents


def _opened(recipe: Recipe, name: str) -> Parent:
    try:
        return open_parent(name)
    except ParentError as error:
        raise ParentError(f"{recipe.at(*recipe.place_of_parent(name))}{error}") from None


def _check_stages(recipe: Recipe, made: Mapping[str, Parent]) -> None:
    for name in recipe.parent_names:
        if not name.startswith(STAGE) or name in made:
            continue
        at = recipe.at(*recipe.place_of_parent(name))
        if name.removeprefix(STAGE) in recipe.stages:
            raise RecipeError(
                f"{at}{name}: only `evomerge merge` makes stages; merge that stage by itself, and "
                "name its folder here"
            )
        known = ", ".join(STAGE + stage for stage in recipe.stages) or "none"
        raise RecipeError(f"{at}{name}: there is no such stage before this one; there are {known}")


def check_weights(
    recipe: Recipe, parents: Mapping[str, Parent], threads: int | None = None
) -> dict[str, str]:
    """Read all weights once: their content hashes, after checking that they are finite.

    Raises:
        RecipeError: a pin is for no parent of the recipe.
        ParentError: a value is not finite, or a parent is not the one that the recipe pins.
    """
    for name in recipe.pins:
        if name not in parents:
            raise RecipeError(
                f"{recipe.at('pins', name)}{name} is pinned, but is no parent here; remove its pin"
            )
    each = [(parent, name) for parent in parents.values() for name in parent.tensors.specs]
    with Cores(threads) as cores:
        cores.each(_check_tensor, each)
    content = {name: parent.content_hash for name, parent in parents.items()}
    for name, pinned in recipe.pins.items():
        if content[name] != pinned:
            raise ParentError(
                f"{recipe.at('pins', name)}{name} has changed: its weights hash to "
                f"{content[name][:SHOWN]}…, but the recipe was made with {pinned[:SHOWN]}…; "
                "put it back, or remove its pin"
            )
    return content


def _check_tensor(tensor: tuple[Parent, str]) -> None:
    parent, name = tensor
    try:
        parent.tensors.digest(name)
    except ParentError as error:
        raise ParentError(f"{parent.name}: {error}") from None
