"""Answers that are code: each is made into a program that checks it, and run in the sandbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import StrictUndefined, TemplateError, nodes

from evomerge.cores import available_cores
from evomerge.errors import RecipeError
from evomerge.score.judges.division import divided
from evomerge.score.judges.fences import code_of
from evomerge.score.judges.sandbox import (
    DEFAULT_LIMITS,
    Limits,
    Parts,
    require_sandbox,
    run_programs,
)
from evomerge.score.library.templates import TaskTemplates

ANSWER = "answer"


class Program:
    r"""The program that judges an answer: it passes if its checks run to their end.

    Args:
        template: Jinja text of the program, made of the document's fields and the model's `answer`,
            e.g. "{{prompt}}{{answer}}\n{{test}}\ncheck({{entry_point}})". What stands behind the
            answer, from the next line that is not indented, checks it. A field of the document
            that is called `answer` is hidden. Of an answer in fences it is given the code; see
            :func:`code_of`.
        limits: what each program may use.

    Raises:
        RecipeError: the template is not one, or does not contain the answer.
        UserError: the sandbox cannot be had on this machine.
    """

    def __init__(self, template: str, limits: Limits = DEFAULT_LIMITS) -> None:
        environment = TaskTemplates(undefined=StrictUndefined, keep_trailing_newline=True)
        try:
            self._template = environment.from_string(template)
            fields = environment.parsed(template).find_all(nodes.Name)
        except TemplateError as error:
            raise RecipeError(f"program: not a template ({error})") from error
        if not any(field.name == ANSWER and field.ctx == "load" for field in fields):
            raise RecipeError(f"program: must contain the model's answer, {{{{{ANSWER}}}}}")
        require_sandbox()
        self.limits = limits

    def scores(self, docs: Sequence[Mapping[str, Any]], answers: Sequence[str]) -> list[float]:
        """1.0 for each answer whose program passed, 0.0 for the others.

        Programs that are the same text are run once.

        Args:
            docs: the documents that the answers are for, one each.
            answers: what the model said, cut at its stop strings.

        Raises:
            RecipeError: a document lacks a field of the template, or no checks stand behind the
                answer.
        """
        programs = [self._parts(doc, a) for doc, a in zip(docs, answers, strict=True)]
        distinct = list(dict.fromkeys(programs))
        outcomes = run_programs(distinct, self.limits, available_cores())
        passed = {one: outcome.passed for one, outcome in zip(distinct, outcomes, strict=True)}
        return [float(passed[program]) for program in programs]

    def scores_afresh(
        self, docs: Sequence[Mapping[str, Any]], answers: Sequence[str]
    ) -> list[float]:
        """The same: each program is a fresh process whenever it is run.

        Raises:
            RecipeError: a document lacks a field of the template.
        """
        return self.scores(docs, answers)

    def _parts(self, doc: Mapping[str, Any], answer: str) -> Parts:
        return divided(lambda code: self._render(doc, code), code_of(answer))

    def _render(self, doc: Mapping[str, Any], code: str) -> str:
        try:
            return str(self._template.render({**doc, ANSWER: code}))
        except Exception as error:  # a template may raise anything that its expressions do
            known = ", ".join(map(str, doc))
            raise RecipeError(f"program: {error}; the document has the fields {known}") from error
