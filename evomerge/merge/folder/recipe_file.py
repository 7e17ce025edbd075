"""The recipe as it is written beside the weights that it made."""

from __future__ import annotations

from collections.abc import Mapping

import yaml

from evomerge.recipe import Recipe
from evomerge.recipe.names import pin
from evomerge.recipe.tokenizer import NOT_MODELS
from evomerge.weights import Parent
from evomerge.weights.checkpoint.hub import SMALL_FILES
from evomerge.weights.parents.location import locate

RECIPE_FILE = "recipe.yaml"

WIDTH = 100
"""Columns of the file: what most editors show side by side with another."""


def pinned(recipe: Recipe, parents: Mapping[str, Parent]) -> Recipe:
    """The recipe with names that lead to the same files everywhere, and each parent's hash."""
    names = {name: parent.pinned for name, parent in parents.items()}
    if recipe.vocabulary and recipe.vocabulary.source not in (*NOT_MODELS, *names):
        _, names[recipe.vocabulary.source] = locate(recipe.vocabulary.source, SMALL_FILES)
    return pin(recipe, names, {name: parent.content_hash for name, parent in parents.items()})


def to_yaml(recipe: Recipe) -> str:
    """A recipe as the text of a file."""
    return yaml.safe_dump(recipe.plain(), sort_keys=False, allow_unicode=True, width=WIDTH)
