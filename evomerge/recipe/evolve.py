"""The `evolve:` part of a recipe: what to score on, how to search, when to stop."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from evomerge.recipe.judge import JudgeSettings
from evomerge.recipe.values import Frozen

Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Count = Annotated[int, Field(strict=True, ge=0)]
Size = Count | Share

JUDGED_BY = ("metric", "python", "judge")
"""The keys of a term that say how answers are judged; a task has one of them."""


class Splits(Frozen):
    """Which of a task's items serve the search, the choice of the winner, and the final test.

    Sizes are shares (0.4) or counts (200), all three of one kind. A size of 0 keeps the task out
    of that split.
    """

    search: Size = 0.4
    validation: Size = 0.2
    test: Size = 0.4

    @model_validator(mode="after")
    def _check(self) -> Splits:
        sizes = (self.search, self.validation, self.test)
        if any(sizes) and len({type(size) for size in sizes if size}) > 1:
            raise ValueError("give all three as shares (0.4) or all three as counts (200)")
        if self.by_share and sum(sizes) > 1 + 1e-9:
            raise ValueError(f"the shares add up to {sum(sizes):g}, which is more than 1")
        if not any(sizes):
            raise ValueError("at least one split must have items")
        return self

    @property
    def by_share(self) -> bool:
        """Whether the sizes are shares of the items and not counts."""
        return any(isinstance(s, float) for s in (self.search, self.validation, self.test) if s)


class FitnessTerm(Frozen):
    """What to score on, how answers are judged, and its weight in the fitness.

    Either a `task` and one way to judge it (`metric`, `python` or `judge`), or a `text`, of which
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
    filter: str | None = Field(None, description="the task's filter before python or judge")
    weight: float = Field(1.0, ge=0, le=1e6, description="0: reported, not counted")
    num_fewshot: int | None = Field(None, ge=0)
    splits: Splits | None = Field(None, description="sizes for this task alone")

    @model_validator(mode="after")
    def _check(self) -> FitnessTerm:
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
        return self

    @property
    def subject(self) -> str:
        """The task or the text, as the recipe has it."""
        return self.task or self.text or ""

    @property
    def measure(self) -> str | None:
        """The metric that judges; None where python or a judge does."""
        return self.metric or ("bits_per_byte" if self.text is not None else None)


class SearchSettings(Frozen):
    """The search algorithm and its settings."""

    algorithm: Literal["cma-es", "random"] = "cma-es"
    population: int | None = Field(None, ge=2, description="default: 4 + 3 ln(number of genes)")
    sigma: float = Field(0.2, gt=0, le=1, description="initial step, as a share of a gene's range")


class Budget(Frozen):
    """When to stop searching: whichever limit is reached first."""

    evaluations: int | None = Field(None, ge=1, description="recipes scored")
    minutes: float | None = Field(None, gt=0, description="wall time of the search")
    tokens: int | None = Field(None, ge=1, description="tokens through the model")

    @model_validator(mode="after")
    def _check(self) -> Budget:
        if self.evaluations is None and self.minutes is None and self.tokens is None:
            raise ValueError("a budget needs evaluations, minutes or tokens")
        return self


class Evolve(Frozen):
    """How to find the genes of a recipe, and how to prove what was found."""

    seed: int = Field(0, ge=0, lt=2**63)
    fitness: Annotated[tuple[FitnessTerm, ...], Field(min_length=1)]
    splits: Splits = Splits()
    search: SearchSettings = SearchSettings()
    budget: Budget
    cycles: int = Field(1, ge=1, le=16, description="searches; elites of one join the next")
    elites: int = Field(4, ge=1, le=64, description="best recipes kept and re-scored")
    alpha: float = Field(0.05, gt=0, lt=1, description="level of the promotion test")
    apply_chat_template: bool = Field(False, description="wrap prompts as chat turns")

    def splits_of(self, term: FitnessTerm) -> Splits:
        """The sizes that hold for one task."""
        return term.splits or self.splits
