"""What a recipe is scored on: tasks and texts, how answers are judged, and what must not fall."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from evomerge.recipe.asking import DRAWN, Answering, Asking
from evomerge.recipe.judge import JudgeSettings
from evomerge.recipe.splits import Splits
from evomerge.recipe.values import Frozen

JUDGED_BY = ("metric", "python", "judge", "program")
"""The keys of a term that say how answers are judged; a task has one of them."""


class Floor(Frozen):
    """How far a task's score may fall: below a parent's by no more than a margin."""

    margin: float = Field(ge=0, description="in the unit of the task's metric")
    against: str = Field("best", description="a parent's name; or best, the best one at the task")

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float | dict | cls):
            raise ValueError("a floor is a margin, or {margin: 0.05, against: ...}")
        return {"margin": value} if isinstance(value, int | float) else value


class FitnessTerm(Asking, Answering):
    """What to score on, how answers are judged, and its weight in the fitness.

    Either a `task` and one way to judge it (one of `JUDGED_BY`), or a `text`, of which
    the perplexity counts.
    """

    task: str | None = Field(None, description="an lm-eval task: a name, or a YAML file")
    text: str | None = Field(None, description="a text file; each paragraph is an item")
    name: str | None = Field(None, min_length=1, description="default: the task's")
    metric: str | None = Field(
        None, description='a metric of the task, "metric,filter", or gold_logprob'
    )
    python: str | None = Field(
        None, description='"module:function" or "file.py:function", given (doc, answer)'
    )
    judge: JudgeSettings | None = Field(None, description="a language model that compares answers")
    program: str | None = Field(
        None, description="Jinja: a Python program of the document and `answer`, run in a sandbox"
    )
    filter: str | None = Field(None, description="the task's filter of answers, without a metric")
    weight: float = Field(1.0, ge=0, le=1e6, description="0: reported, not counted")
    goal: str | None = Field(
        None, min_length=1, description="terms of one goal are searched for together; default: own"
    )
    num_fewshot: int | None = Field(None, ge=0)
    splits: Splits | None = Field(None, description="sizes for this task alone")
    floor: Floor | None = Field(None, description="how far it may fall; a bare margin will do")
    group: str | None = Field(
        None, min_length=1, description="Jinja of the document: names what hangs together"
    )
    range: tuple[float, float] | None = Field(
        None, description="least and largest score of an item; others are clipped to it"
    )

    @model_validator(mode="after")
    def _check(self) -> FitnessTerm:
        if self.range is not None and not self.range[0] < self.range[1]:
            raise ValueError(f"range {[*self.range]}: the first must be less than the second")
        ways = [way for way in JUDGED_BY if getattr(self, way) is not None]
        if (self.task is None) == (self.text is None):
            raise ValueError("a term has either a task or a text")
        if self.text is not None and (ways not in ([], ["metric"]) or self.num_fewshot is not None):
            raise ValueError("a text takes a metric (bits_per_byte by default) and no examples")
        if self.task is not None and len(ways) != 1:
            raise ValueError(f"a task is judged in one way: {', '.join(JUDGED_BY)}")
        if self.filter is not None and self.metric is not None:
            raise ValueError('with a metric, say metric: "metric,filter"')
        if self.filter is not None and self.text is not None:
            raise ValueError("a text has no filters")
        if self.goal is not None and not self.weight:
            raise ValueError("weight 0 is reported and not searched for: goal has no effect")
        self._check_answers()
        return self

    def _check_answers(self) -> None:
        """Refuse what would have no effect."""
        asking = [key for key in Asking.model_fields if getattr(self, key) is not None]
        if self.text is not None and (idle := [*asking, *self.generation]):
            raise ValueError(f"nothing is asked about a text: {idle[0]} has no effect")
        if self.metric == "gold_logprob" and (idle := [k for k in DRAWN if k in self.generation]):
            raise ValueError(f"gold_logprob draws no answers: {idle[0]} has no effect")

    @property
    def subject(self) -> str:
        """The task or the text, as the recipe has it."""
        return self.task or self.text or ""

    @property
    def aim(self) -> str:
        """The goal that it belongs to, where each goal counts for itself."""
        return self.goal or self.name or self.subject

    @property
    def measure(self) -> str | None:
        """The metric that judges; None where python or a judge does."""
        return self.metric or ("bits_per_byte" if self.text is not None else None)


class Guard(FitnessTerm):
    """A task that counts for nothing and must not get worse."""

    weight: Literal[0] = 0
    floor: Floor
