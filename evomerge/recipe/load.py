"""A recipe file in, a validated `Recipe` out; what is wrong is told with file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evomerge.errors import RecipeError
from evomerge.recipe.explanation import explanations
from evomerge.recipe.paths import with_absolute_paths
from evomerge.recipe.schema import Recipe
from evomerge.recipe.source import Source, parse_source, read_source


def load_recipe(path: str | Path) -> Recipe:
    """Read and validate a recipe file.

    Relative paths of parents, tasks, texts, functions and judges are looked up beside the recipe
    first, then in the working directory, and stand as absolute paths in the result.

    Raises:
        RecipeError: with file and line of everything that is wrong.
    """
    path = Path(path)
    data, source = read_source(path)
    source = replace(source, folder=path.parent)
    return recipe_from(with_absolute_paths(data, path.parent), source)


def parse_recipe(text: str, file: str = "<recipe>") -> Recipe:
    """Validate a recipe given as YAML text."""
    return recipe_from(*parse_source(text, file))


def recipe_from(data: Mapping[str, Any], source: Source | None = None) -> Recipe:
    """Validate a recipe given as plain values.

    Raises:
        RecipeError: naming every value that is wrong, and its line where a source is given.
    """
    try:
        return Recipe.model_validate(data).with_source(source)
    except ValidationError as error:
        raise RecipeError("\n".join(explanations(error.errors(), data, source))) from None
