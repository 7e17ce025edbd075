"""What `start_from` names, in its order: winners of runs, parents, and cheap looks at parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from evomerge.errors import RecipeError
from evomerge.recipe import Genome, Recipe
from evomerge.recipe.start_names import FISHER, PARENTS, SIMILARITY, START_NAMES, UNIFORM
from evomerge.recipe.starts import average_start, parent_starts
from evomerge.run.preparation.starting.fisher import fisher_start
from evomerge.run.preparation.starting.influence import Influence
from evomerge.run.preparation.starting.similarity import similarity_start
from evomerge.run.preparation.starting.winners import earlier_winner
from evomerge.search import Vector
from evomerge.weights import Parent


def starts_of(recipe: Recipe, parents: Mapping[str, Parent], device: torch.device) -> list[Vector]:
    """The genomes that a search is to begin with, each of shape (n,).

    Args:
        parents: opened and checked, by name.
        device: where parents are run on calibration texts.

    Raises:
        RecipeError: with the line of `start_from`: it names what is not there, or what the
            recipe's genes cannot express.
    """
    named = recipe.evolve.start_from if recipe.evolve else ()
    genome, found = Genome(recipe), list[Vector]()
    for name in named:
        if name in START_NAMES:
            found += _start(name, genome, parents, device)
        else:
            found.append(earlier_winner(recipe, name))
    return found


def _start(
    name: str, genome: Genome, parents: Mapping[str, Parent], device: torch.device
) -> Sequence[Vector]:
    recipe = genome.recipe
    at = f"{recipe.at('evolve', 'start_from')}start_from {name}: "
    if name in (UNIFORM, PARENTS):
        vectors = average_start(genome) if name == UNIFORM else parent_starts(genome)
        if not vectors:
            raise RecipeError(
                f"{at}no candidate of this recipe is that: each model needs a gene for its weight, "
                "with a range that includes the value"
            )
        return vectors
    influence = Influence(genome, parents)
    if not influence.coordinates:
        raise RecipeError(
            f"{at}no weight of a model is a gene with a range, so there is none to set"
        )
    if name == SIMILARITY:
        if recipe.base_model is None:
            raise RecipeError(
                f"{at}compares what the parents have learnt since their base: give base_model"
            )
        return [similarity_start(influence, parents, recipe.base_model)]
    assert name == FISHER
    if recipe.calibration is None:
        raise RecipeError(
            f"{at}needs texts that the parents are run on: calibration: {{texts: FILE}}"
        )
    return [fisher_start(genome.decode(genome.start), influence, parents, device)]
