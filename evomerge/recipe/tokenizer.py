"""The `tokenizer:` part of a recipe: the offspring's vocabulary, and where its rows come from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from evomerge.recipe.reference import model_name
from evomerge.recipe.values import Frozen, not_null

NOT_MODELS = ("base", "union")
"""What may stand for a tokenizer's source and is no model."""


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


ModelName = Annotated[str, BeforeValidator(model_name), AfterValidator(_not_blank)]
"""A folder, `zoo:NAME`, or `org/name@revision`; with `+adapter` for a LoRA adapter on top."""


class ZeroRow(Frozen):
    """A row of zeros."""

    kind: Literal["zero"]


class RowOf(Frozen):
    """The row that a parent has for a token, which may be another one."""

    kind: Literal["model_token"]
    model: ModelName
    token: str | None = None
    token_id: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _check(self) -> RowOf:
        if (self.token is None) == (self.token_id is None):
            raise ValueError("model_token needs either token or token_id")
        return self


def _kind_of_source(value: Any) -> str:
    kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", "model")
    return kind if kind in ("zero", "model_token") else "model"


RowSource = Annotated[
    Annotated[ModelName, Tag("model")]
    | Annotated[ZeroRow, Tag("zero")]
    | Annotated[RowOf, Tag("model_token")],
    Discriminator(_kind_of_source),
]


class TokenSettings(Frozen):
    """Where the row of one token comes from, for the parents that lack it or for all."""

    source: RowSource | None = Field(None, description="a parent, kind: zero, or kind: model_token")
    force: bool = Field(False, description="for the parents that have the token as well")

    @model_validator(mode="after")
    def _check(self) -> TokenSettings:
        if self.force and self.source is None:
            raise ValueError("force needs a source")
        return self


Tokens = Annotated[
    dict[Annotated[str, Field(min_length=1)], TokenSettings], BeforeValidator(not_null)
]


class TokenizerSettings(Frozen):
    """The offspring's tokenizer: the base's, another model's, or the union of the parents'."""

    source: ModelName = Field("union", description="union, base, or a model")
    tokens: Tokens = {}
    pad_to_multiple_of: int | None = Field(None, ge=1, description="rows of the embeddings")
