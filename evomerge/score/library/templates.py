"""Jinja templates of task files: data, which run no code, and run within limits."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import (
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
    nodes,
)
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from evomerge.confined import Confined
from evomerge.score.library.plain import is_plain

LONGEST = 1_000_000
"""Characters of a template."""
_COMPILED, _RENDERED, _VALUE = "compiled", "rendered", "value"
_ERRORS = (
    *(TemplateError, UndefinedError, SecurityError, LookupError, KeyError, IndexError),
    *(TypeError, ValueError, AttributeError, ArithmeticError),
)


class TaskTemplates(SandboxedEnvironment):
    """Compiles a text once: lm-eval asks for the same few with every document.

    What loops or multiplies is compiled and rendered in a process of its own, within its limits:
    to compile a template is to work out what is constant in it.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compiled: dict[str, Any] = {}
        self._limited: dict[str, Template] = {}
        self._confined = Confined(self._made, _ERRORS)

    def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Any:
        """The template of a text.

        Raises:
            TemplateSyntaxError: it is none.
        """
        if args or kwargs or not isinstance(source, str):
            return super().from_string(source, *args, **kwargs)
        if source not in self._compiled:
            if is_plain(self.parsed(source)):
                self._compiled[source] = super().from_string(source)
            else:
                self._confined(_COMPILED, source, {})
                self._compiled[source] = LimitedTemplate(self._confined, source)
        return self._compiled[source]

    def parsed(self, source: str) -> nodes.Template:
        """The syntax of a template.

        Raises:
            TemplateSyntaxError: it is none, too long, or nested too deep to be read.
        """
        if len(source) > LONGEST:
            raise TemplateSyntaxError(f"a template has {LONGEST} characters at most", 1)
        try:
            return self.parse(source)
        except RecursionError:
            raise TemplateSyntaxError("nested too deep", 1) from None

    def value(self, expression: str, values: dict[str, Any]) -> Any:
        """What an expression stands for.

        Raises:
            TemplateError: it is none.
        """
        if is_plain(self.parsed("{{" + expression + "}}")):
            return self.compile_expression(expression)(values)
        return self._confined(_VALUE, expression, values)

    def _made(self, what: str, text: str, values: dict[str, Any]) -> Any:
        """What is made of a text, in a process of its own."""
        if what == _VALUE:
            return self.compile_expression(text)(values)
        if text not in self._limited:
            self._limited[text] = super().from_string(text)
        return self._limited[text].render(values) if what == _RENDERED else None


class LimitedTemplate:
    """A template that is rendered in another process.

    Raises, when it is rendered:
        Exceeded: it takes too much time or memory.
    """

    def __init__(self, confined: Confined, source: str) -> None:
        self._confined, self._source = confined, source

    def render(self, *args: Any, **values: Any) -> str:
        """What the template writes."""
        text: str = self._confined(_RENDERED, self._source, dict(*args, **values))
        return text


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
        return TASK_TEMPLATES.value(match["expression"], dict(doc))
    except TemplateError:  # two expressions side by side are none
        return None
