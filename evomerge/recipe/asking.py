"""How questions are put to a model, and what its answers may be."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, JsonValue, model_validator

from evomerge.recipe.values import Frozen

RESERVED = frozenset(
    {"add_generation_prompt", "chat_template", "continue_final_message", "conversation", "messages"}
    | {"padding", "return_dict", "return_tensors", "tokenize", "tokenizer_kwargs", "truncation"}
)
"""Arguments of a chat template that are decided elsewhere."""

DRAWN = ("temperature", "top_p", "top_k", "repeats", "reduce")
"""The keys of answers that are drawn, and of several of them."""

REDUCTIONS = "mean, maj@N, pass@N, or filter"
_REDUCTION = re.compile(r"mean|filter|(?:maj|pass)@[1-9]\d*")


class Asking(Frozen):
    """How questions are put: what stands around them, and the thought before an answer."""

    system: str | None = Field(
        None, description="system turn before the task's description; text without chat turns"
    )
    chat_template_args: dict[str, JsonValue] | None = Field(
        None, description="given to the chat template: {enable_thinking: false}"
    )
    think_end: str | None = Field(
        None, description="what ends a thought, as </think>: the answer is what follows it"
    )

    @model_validator(mode="after")
    def _check_arguments(self) -> Asking:
        if reserved := sorted(RESERVED & {*(self.chat_template_args or {})}):
            raise ValueError(f"chat_template_args: {reserved[0]} is decided by evomerge itself")
        return self

    def or_else(self, other: Asking) -> Asking:
        """What this says, and where it says nothing, what the other does."""
        return Asking(
            **{
                name: getattr(other if getattr(self, name) is None else self, name)
                for name in Asking.model_fields
            }
        )


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Answering(Frozen):
    """What answers may be: how long, how many, and how their scores become one."""

    max_gen_toks: int | None = Field(
        None, ge=1, description="tokens that an answer may have; default: the task's limit"
    )
    until: Annotated[
        tuple[Annotated[str, Field(min_length=1)], ...] | None, BeforeValidator(_listed)
    ] = Field(None, description="strings that end an answer; default: the task's")
    limit: (
        Annotated[int, Field(strict=True, ge=1)]
        | Annotated[float, Field(strict=True, gt=0, lt=1)]
        | None
    ) = Field(None, description="the task's first documents only: how many, or which share")
    temperature: float | None = Field(
        None, ge=0, description="answers are drawn at this temperature; 0: the likeliest one"
    )
    top_p: float | None = Field(
        None, gt=0, le=1, description="drawn among the likeliest tokens of this probability"
    )
    top_k: int | None = Field(None, ge=1, description="drawn among so many of the likeliest tokens")
    repeats: int | None = Field(None, ge=1, le=1024, description="answers to each question")
    reduce: str | None = Field(
        None, description=f"how the scores of a question's answers become one: {REDUCTIONS}"
    )

    @model_validator(mode="after")
    def _check_repeats(self) -> Answering:
        if self.reduce is not None and not _REDUCTION.fullmatch(self.reduce):
            raise ValueError(f"reduce {self.reduce!r}: there are {REDUCTIONS}")
        if self.temperature == 0 and (self.repeats or 1) > 1:
            raise ValueError("repeats at temperature 0 are all the same; give a temperature")
        return self

    @property
    def generation(self) -> dict[str, Any]:
        """What it says of generated answers, by its keys."""
        given = {key: getattr(self, key) for key in ("max_gen_toks", "until", *DRAWN)}
        return {key: value for key, value in given.items() if value is not None}
