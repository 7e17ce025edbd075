"""A constitution read from its file; what is wrong with it is told with file and line."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from evomerge.constitution.constitution import Constitution
from evomerge.errors import RecipeError
from evomerge.reading.file_kind import CONSTITUTION
from evomerge.reading.regular import read_text, sha256_of
from evomerge.recipe import ConstitutionSettings
from evomerge.recipe.explanation import explanations
from evomerge.recipe.source import parse_source


def read_constitution(settings: ConstitutionSettings) -> tuple[Constitution, str]:
    """The constitution that a recipe names, and the sha256 of its file.

    Raises:
        RecipeError: the file is missing, has changed since the recipe was read, or says something
            that no constitution says.
    """
    path = Path(settings.file)
    sha256 = sha256_of(path, CONSTITUTION)
    if settings.sha256 not in (None, sha256):
        raise RecipeError(f"{path}: has changed since the recipe was read")
    text = read_text(path, CONSTITUTION)
    return parse_constitution(text, str(path)), sha256


def parse_constitution(text: str, file: str = "<constitution>") -> Constitution:
    """A constitution given as YAML text.

    Raises:
        RecipeError: see :func:`read_constitution`.
    """
    data, source = parse_source(text, file, CONSTITUTION)
    try:
        return Constitution.model_validate(data)
    except ValidationError as error:
        lines = explanations(error.errors(), data, source, "the constitution")
        raise RecipeError("\n".join(lines)) from None
