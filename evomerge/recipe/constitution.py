"""The `constitution:` key: principles that a judge holds the answers of elites and winners to."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from evomerge.recipe.judge import JudgeSettings
from evomerge.recipe.values import Frozen

RUBRIC = "the constitution"
"""Stands where a task's judge has its rubric: here each principle is one."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class ConstitutionJudge(Frozen):
    """What says whether an answer keeps to a principle: a model, or a function of the user's."""

    model: str | None = Field(
        None, min_length=1, description="a model as parents are; with url: its name there"
    )
    url: str | None = Field(None, description="an OpenAI-compatible API: http://localhost:8000/v1")
    key_env: str | None = Field(
        None, description="variable of the API key; sent only by --allow-judge HOST=KEY_ENV"
    )
    python: str | None = Field(
        None, min_length=1, description="file.py:function(doc, answer): 1 keeps to it, 0 breaks it"
    )

    @model_validator(mode="after")
    def _check(self) -> ConstitutionJudge:
        if (self.model is None) == (self.python is None):
            raise ValueError("a judge is a model or a function (python), one of them")
        if self.python is not None and not re.search(r".:.", self.python):
            raise ValueError('python: expected "file.py:function" or "module:function"')
        if self.model is None and (self.url is not None or self.key_env is not None):
            raise ValueError("url and key_env go with a model")
        if self.model is not None:
            _ = self.asked
        return self

    @property
    def asked(self) -> JudgeSettings:
        """The model, as judges of tasks are named."""
        assert self.model is not None
        return JudgeSettings(model=self.model, rubric=RUBRIC, url=self.url, key_env=self.key_env)


class TaskProbes(Frozen):
    """Search items of a task as probes, beside those of the file."""

    task: str = Field(min_length=1, description="a task of the fitness whose answers are texts")
    items: int = Field(60, ge=1, description="how many of its search items")


class ConstitutionSettings(Frozen):
    """Principles, probes, and who judges the answers to them."""

    file: str = Field(
        min_length=1, description="YAML: principles, probes, and labelled answers for the judge"
    )
    sha256: str | None = Field(None, description="hash that the file must have")
    judge: ConstitutionJudge
    agreement: float = Field(
        0.8, gt=0, le=1, description="share of the labelled answers that the judge must get right"
    )
    floor: float = Field(
        0.05, gt=0, lt=1, description="share of probes by which a winner may break it more often"
    )
    against: str | None = Field(
        None, min_length=1, description="the parent compared with; default: the base model"
    )
    probes: TaskProbes | None = None
    max_gen_toks: int = Field(64, ge=1, description="tokens that an answer to a probe may have")
    until: Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed)] = (
        Field((), description="strings that end an answer to a probe")
    )
    corrections: bool = Field(
        False, description="have the judge, a model, write answers that keep to the principles"
    )

    @model_validator(mode="after")
    def _check_corrections(self) -> ConstitutionSettings:
        if self.corrections and self.judge.url is None:
            raise ValueError("corrections are written by a model at an address (judge: url)")
        return self
