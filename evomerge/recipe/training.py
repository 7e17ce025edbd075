"""How an adapter is trained between two cycles, as a recipe says it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)

from evomerge.recipe.reference import model_name
from evomerge.recipe.values import Frozen

BASE = "base"
"""The model that all parents were trained from, as the recipe names it."""
Module = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.]+$", max_length=200)]


class Training(Frozen):
    """How a low-rank adapter (LoRA) is trained on verified items."""

    rank: int = Field(8, ge=1, le=1024, description="of the adapter's matrices")
    alpha: float | None = Field(
        None, gt=0, description="what is learnt counts alpha / rank times; by default twice"
    )
    steps: int = Field(200, ge=1, le=1_000_000, description="of the optimizer")
    batch: int = Field(64, ge=1, le=65_536, description="items of a step")
    learning_rate: float = Field(2e-3, gt=0, le=1, description="of AdamW, once it is warm")
    warmup: int = Field(10, ge=0, description="steps in which the rate rises; then it falls to 0")
    target: Literal["all-linear"] | Annotated[tuple[Module, ...], Field(min_length=1)] = Field(
        "all-linear", description="all-linear, or names of modules such as [q_proj, v_proj]"
    )
    from_model: Annotated[str, BeforeValidator(model_name)] = Field(
        BASE, alias="from", min_length=1, description="base, or a model: trained anew each time"
    )

    @model_validator(mode="after")
    def _check(self) -> Training:
        if self.warmup >= self.steps:
            raise ValueError(
                f"a warm-up of {self.warmup} steps leaves none of {self.steps} to learn in; "
                "say fewer"
            )
        return self

    @model_serializer(mode="wrap")
    def _by_its_keys(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """`from` is no name for a field, and is the key in a recipe."""
        return {
            "from" if key == "from_model" else key: value for key, value in handler(self).items()
        }

    @property
    def scale(self) -> float:
        """By what the product of an adapter's two matrices is multiplied."""
        return self.lora_alpha / self.rank

    @property
    def lora_alpha(self) -> float:
        """The alpha that is meant: twice the rank where none is said."""
        return 2.0 * self.rank if self.alpha is None else self.alpha
