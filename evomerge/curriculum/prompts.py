"""Jinja of a curriculum: prompts and documents, rendered within limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError

from evomerge.confined import Exceeded
from evomerge.curriculum.documents import text_problem
from evomerge.errors import RecipeError
from evomerge.score.library.templates import TaskTemplates

_TEMPLATES = TaskTemplates(undefined=StrictUndefined, keep_trailing_newline=True)


def rendered(template: str, values: Mapping[str, Any]) -> str:
    """What a template writes.

    Raises:
        ValueError: it cannot be rendered with these values, or writes what is no plain text.
    """
    try:
        text = str(_TEMPLATES.from_string(template).render(dict(values)))
    except Exceeded as error:
        raise ValueError(f"the template {error}") from None
    except Exception as error:  # a template may raise anything that its expressions do
        raise ValueError(f"the template cannot be rendered ({error})") from None
    if why := text_problem(text):
        raise ValueError(f"what the template writes {why}")
    return text


def require_template(template: str) -> None:
    """Check that a text is a template.

    Raises:
        RecipeError: it is none.
    """
    try:
        _TEMPLATES.from_string(template)
    except (TemplateError, Exceeded) as error:
        raise RecipeError(f"not a template ({error})") from None
