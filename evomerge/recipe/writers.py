"""Who writes items, as a recipe names them: programs, chains of models, a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from evomerge.recipe.address import Addressed
from evomerge.recipe.generation import GenerationSettings, Until
from evomerge.recipe.tokenizer import ModelName
from evomerge.recipe.values import Frozen

Count = Annotated[int, Field(strict=True, ge=1, le=100_000)]
Name = Annotated[str, Field(min_length=1, max_length=100)]
Template = Annotated[str, Field(min_length=1)]
"""Jinja."""

MISSED, SOLVED = "missed", "solved"
"""Search items of people, by what the leader makes of them."""
CONSTITUTION = "constitution"
"""What answers are filed under that a judge has corrected; no writer is called so."""

LEADER, ELITE = "leader", "elite"
"""Models of the population that a chain or a writer may name: the best candidate so far, and one of
the best, another with each draw."""


class ProgramWriter(Frozen):
    """A Python program of the user's: given a seed and a count, it prints a document a line."""

    name: Name = Field(description="what its items are filed under")
    count: Count = Field(description="documents in each cycle")
    program: str = Field(
        min_length=1, description="a Python file: prints a JSON document a line, in a sandbox"
    )


class QuestionSource(Frozen):
    """Where a chain's questions come from: a program that draws them, or a term's search items."""

    program: str | None = Field(None, min_length=1, description="a Python file, as a writer's")
    task: str | None = Field(None, min_length=1, description="a term, whose search items they are")

    @model_validator(mode="after")
    def _check(self) -> QuestionSource:
        if (self.program is None) == (self.task is None):
            raise ValueError("questions come from either a program or a task")
        return self


class Step(GenerationSettings):
    """One of a chain's models, and what it is asked."""

    ask: ModelName = Field(description="one of the recipe's models, leader, or elite")
    prompt: Template = Field(
        description="Jinja of the question's fields, `answer` (of the step before) and `answers`"
    )


class ChainWriter(Frozen):
    """Models asked one after the other: each answer goes into the next one's prompt."""

    name: Name = Field(description="what its items are filed under")
    count: Count = Field(description="documents in each cycle")
    questions: QuestionSource
    chain: Annotated[tuple[Step, ...], Field(min_length=1, max_length=16)]
    document: Annotated[dict[str, Template], Field(min_length=1)] = Field(
        description="a Jinja text for each field of the task's documents"
    )


class ModelWriter(Addressed, GenerationSettings):
    """A model that writes documents as JSON."""

    name: Name = Field(description="what its items are filed under")
    count: Count = Field(description="documents in each cycle")
    model: ModelName = Field(
        description="one of the recipe's models, leader, or elite; with url: its name there"
    )
    prompt: Template = Field(
        description="Jinja of `missed`, an item that the leader misses, `solved`, one that it "
        "solves, and `example`, any other; all as JSON"
    )
    variants: Literal["missed", "solved"] | None = Field(
        None,
        description="missed: only of items that the leader misses are variants asked for, and kept "
        "where it misses them too and a rival solves them; solved: the other way round",
    )
    max_gen_toks: int = Field(256, ge=1, le=8192, description="tokens that a document may have")
    until: Until = Field((), description="strings that end what it says")


_KEYS = {"program": "a program writes", "chain": "a chain writes", "model": "a model writes"}
"""By the key that only such a writer has, the tag of its settings: no tag is a key."""


def _kind_of(value: Any) -> str | None:
    if isinstance(value, Mapping):
        return next((tag for key, tag in _KEYS.items() if key in value), None)
    return next((tag for key, tag in _KEYS.items() if hasattr(value, key)), None)


def _of_one_kind(value: Any) -> Any:
    if isinstance(value, Mapping) and sum(key in value for key in _KEYS) != 1:
        raise ValueError(f"a writer has one of the keys {', '.join(_KEYS)}")
    if not isinstance(value, Mapping | ProgramWriter | ChainWriter | ModelWriter):
        raise ValueError("a writer is {name: …, count: …, program: …}, or has a chain or a model")
    return value


Writer = Annotated[
    Annotated[
        Annotated[ProgramWriter, Tag(_KEYS["program"])]
        | Annotated[ChainWriter, Tag(_KEYS["chain"])]
        | Annotated[ModelWriter, Tag(_KEYS["model"])],
        Discriminator(_kind_of),
    ],
    BeforeValidator(_of_one_kind),
]
"""One of the kinds of writers."""
