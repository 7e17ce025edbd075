"""How a model is to say something that is no answer to a benchmark's question."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from evomerge.recipe.values import Frozen


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Until = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_listed)]
"""Strings that end a text; a single one needs no list."""


class GenerationSettings(Frozen):
    """How long it may be, what ends it, and whether it is drawn."""

    max_gen_toks: int = Field(64, ge=1, le=8192, description="tokens that it may have")
    until: Until = Field(("\n",), description="strings that end it")
    temperature: float | None = Field(
        None, ge=0, le=100, description="it is drawn at this temperature; 0: the likeliest"
    )
    top_p: float = Field(1.0, gt=0, le=1, description="drawn among the likeliest of this share")
