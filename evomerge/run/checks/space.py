"""What memory and disk a recipe takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from evomerge.merge.making.blend import Blender
from evomerge.merge.plan.plan import make_plan
from evomerge.recipe import Genome, Recipe, recipe_from
from evomerge.recipe.path_space import PATH
from evomerge.run.checks.checked import Space
from evomerge.run.preparation.preflight import Prepared
from evomerge.weights import Parent


def space_of_merge(recipe: Recipe, parents: Mapping[str, Parent]) -> Space:
    """Of a recipe without genes."""
    size = _offspring_bytes(recipe, parents)
    return Space(_mapped_bytes(parents), size, size)


def space_of_search(prepared: Prepared) -> Space:
    """Of a search: on disk its winner, and elites that join; most where it is for paths."""
    recipe, evolve, parents = prepared.recipe, prepared.evolve, prepared.parents
    genome = Genome(recipe)
    start = genome.decode(genome.start)
    mapped, size = _mapped_bytes(parents), _offspring_bytes(start.unrouted, parents)
    paths = recipe.path_space()
    if paths is None:
        winner = _offspring_bytes(start, parents)
        return Space(mapped, size, winner + size * (evolve.cycles - 1) * evolve.elites)
    shortest, longest = (
        _offspring_bytes(_with_path(start, paths.layers, count), parents)
        for count in (1, paths.longest)
    )
    # Elites that join have as many layers together as the longest path.
    joining = (evolve.cycles - 1) * (longest + (evolve.elites - 1) * shortest)
    return Space(mapped, size + (longest if evolve.cycles > 1 else 0), longest + joining)


def _with_path(recipe: Recipe, layers: int, count: int) -> Recipe:
    """The recipe with a path of so many layers of the merge."""
    path: list[dict[str, Any]] = [{"layer": number % layers} for number in range(count)]
    return recipe_from({**recipe.plain(), PATH: path})


def _offspring_bytes(recipe: Recipe, parents: Mapping[str, Parent]) -> int:
    """Bytes of the tensors of a recipe without genes."""
    plan = make_plan(recipe, parents)
    blender = Blender(recipe, plan, parents, torch.device("cpu"))
    return sum(blender.spec(operation).nbytes for operation in plan.operations)


def _mapped_bytes(parents: Mapping[str, Parent]) -> int:
    return sum(spec.nbytes for parent in parents.values() for spec in parent.tensors.specs.values())
