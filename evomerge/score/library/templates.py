"""Jinja templates of task files: data, which run no code."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment


class TaskTemplates(SandboxedEnvironment):
    """Compiles a text once: lm-eval asks for the same few with every document."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compiled: dict[str, Any] = {}

    def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Any:
        """The template of a text."""
        if args or kwargs or not isinstance(source, str):
            return super().from_string(source, *args, **kwargs)
        if source not in self._compiled:
            self._compiled[source] = super().from_string(source)
        return self._compiled[source]


TASK_TEMPLATES = TaskTemplates(undefined=StrictUndefined, keep_trailing_newline=True)
"""Those of lm-eval's task files."""

_EXPRESSION = re.compile(r"\s*\{\{-?(?P<expression>.*?)-?\}\}\s*", re.DOTALL)


def render(template: str, doc: Any) -> str:
    """What a template writes of a document."""
    return str(TASK_TEMPLATES.from_string(template).render(**doc))


def value_of(template: str, doc: Any) -> Any:
    """What a template that is one expression stands for; None of any other."""
    match = _EXPRESSION.fullmatch(template)
    if match is None:
        return None
    try:
        return TASK_TEMPLATES.compile_expression(match["expression"])(**doc)
    except TemplateError:  # two expressions side by side are none
        return None
