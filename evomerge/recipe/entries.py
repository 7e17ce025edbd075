"""The parents in a recipe, each with its parameters: models, slices of layers, and modules."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from evomerge.recipe.switch import Switch
from evomerge.recipe.tokenizer import ModelName
from evomerge.recipe.values import Frozen, Open, Setting, not_null

Parameters = Annotated[dict[str, Setting], BeforeValidator(not_null)]


class ModelEntry(Frozen):
    """A parent and its own parameters."""

    model: ModelName
    use: Switch = Field(True, description="{gene: {choice: [true, false]}}: may be left out")
    parameters: Parameters = {}


def _is_choice_of_layers(value: Open) -> Open:
    choice = value.gene.choice
    if value.gene.points != 1 or not choice or not all(type(n) is int and n >= 0 for n in choice):
        raise ValueError("a bound of layer_range is a number, or {gene: {choice: [4, 5, …]}}")
    return value


def _kind_of_bound(value: Any) -> str:
    return "open" if isinstance(value, dict | Open) else "number"


Bound = Annotated[
    Annotated[Annotated[int, Field(ge=0)], Tag("number")]
    | Annotated[Annotated[Open, AfterValidator(_is_choice_of_layers)], Tag("open")],
    Discriminator(_kind_of_bound),
]
"""Where a range of layers begins or ends, or a gene that chooses it."""


class LayerSource(ModelEntry):
    """Some layers of a parent: `layer_range: [first, end]`, the end not included."""

    layer_range: tuple[Bound, Bound]

    @model_validator(mode="after")
    def _check(self) -> LayerSource:
        first, end = (_values(bound) for bound in self.layer_range)
        if max(first) >= min(end):
            raise ValueError(f"layer_range [{max(first)}, {min(end)}] holds no layer")
        return self

    @property
    def is_open(self) -> bool:
        """Whether a gene chooses where its layers begin or end."""
        return any(isinstance(bound, Open) for bound in self.layer_range)

    @property
    def layers(self) -> range:
        """The layers' numbers in the parent, of a source without genes there."""
        first, end = self.layer_range
        if isinstance(first, Open) or isinstance(end, Open):
            raise TypeError("a gene was left open; decode the genome first")
        return range(first, end)


def _values(bound: int | Open) -> list[int]:
    """Every value that a bound can take."""
    return [bound] if isinstance(bound, int) else [int(n) for n in bound.gene.choice or ()]


class Slice(Frozen):
    """Consecutive layers of the result, merged from as many layers of each source."""

    sources: Annotated[tuple[LayerSource, ...], Field(min_length=1)]
    base_model: ModelName | None = Field(None, description="instead of the recipe's")
    parameters: Parameters = {}

    @model_validator(mode="after")
    def _check(self) -> Slice:
        if len(self.sources) > 1 and any(source.is_open for source in self.sources):
            raise ValueError(
                "the sources of a slice must have equally many layers, so only a slice of one "
                "source can leave its layer_range open"
            )
        if len(self.sources) > 1 and len({len(source.layers) for source in self.sources}) > 1:
            raise ValueError("the sources of a slice must have equally many layers")
        return self


class Module(Frozen):
    """What a part of a model is merged from: a text decoder, a vision tower, an encoder."""

    models: tuple[ModelEntry, ...] | None = None
    slices: tuple[Slice, ...] | None = None
    parameters: Parameters = {}

    @model_validator(mode="after")
    def _check(self) -> Module:
        if (self.models is None) == (self.slices is None):
            raise ValueError("a module has either models or slices")
        if not (self.models or self.slices):
            raise ValueError("a module needs at least one model")
        return self
