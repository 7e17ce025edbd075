"""Stages: merges that a recipe has made first, and whose results are its parents."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from evomerge.merge.folder.recipe_file import RECIPE_FILE
from evomerge.merge.parents import check_weights, open_parents
from evomerge.merge.plan.contract import check_contract
from evomerge.recipe import Recipe, load_recipe, recipe_from
from evomerge.recipe.names import rename
from evomerge.recipe.reference import STAGE
from evomerge.weights import Parent, open_parent

Write = Callable[[Recipe, Mapping[str, Parent], Path], object]
"""Merges a recipe whose parents are open into a folder."""


@contextmanager
def made_stages(
    recipe: Recipe, out: Path, write: Write
) -> Iterator[tuple[Recipe, dict[str, Parent]]]:
    """Make a recipe's stages one after the other, in folders beside `out`, removed at the end.

    Returns:
        The recipe with each stage pinned, as it was made; and what the stages came to, by name.

    Raises:
        UserError: something in a stage is wrong, or a parent of it is not what is pinned.
    """
    folder = out.with_name(f".{out.name}.stages")
    shutil.rmtree(folder, ignore_errors=True)  # what a killed merge may have left
    plain, made = recipe.plain(), dict[str, Parent]()
    try:
        for number, (name, stage) in enumerate(recipe.stages.items()):
            stage.with_source(recipe.source and recipe.source.part(("stages", name)))
            check_contract(stage)
            parents = open_parents(stage, made)
            if stage.pins:
                check_weights(stage, parents)
            write(stage, parents, folder / str(number))
            plain["stages"][name] = load_recipe(folder / str(number) / RECIPE_FILE).plain()
            made[STAGE + name] = _named(open_parent(str(folder / str(number))), STAGE + name)
        yield recipe_from(plain, recipe.source), made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def with_stages(
    recipe: Recipe, parents: Mapping[str, Parent], folders: Mapping[str, Path]
) -> tuple[Recipe, dict[str, Parent]]:
    """A recipe in which some parents, merges themselves, are stages: then it names roots alone.

    Args:
        folders: of merged models that are parents, by the names of the stages to make of them.

    Returns:
        The recipe, and the parents by their names in it.
    """
    stages: dict[str, object] = {}
    names = {}
    for stage, folder in folders.items():
        own = load_recipe(folder / RECIPE_FILE).plain()
        stages.update(own.pop("stages", {}))
        stages[stage] = {k: v for k, v in own.items() if k not in ("evolve", "license")}
        names[str(folder)] = STAGE + stage
    if not names:
        return recipe, dict(parents)
    plain = {**rename(recipe.plain(), names), "stages": stages}
    renamed = {
        names.get(name, name): _named(parent, names[name]) if name in names else parent
        for name, parent in parents.items()
    }
    return recipe_from(plain), renamed


def _named(parent: Parent, name: str) -> Parent:
    """A parent by the name of its stage, which leads to the same weights on every machine."""
    return replace(parent, name=name, pinned=name)
