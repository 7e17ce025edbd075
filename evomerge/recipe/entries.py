"""The parents in a recipe, each with its parameters: models, slices of layers, and modules."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from evomerge.recipe.tokenizer import ModelName
from evomerge.recipe.values import Frozen, Setting, not_null

Parameters = Annotated[dict[str, Setting], BeforeValidator(not_null)]


class ModelEntry(Frozen):
    """A parent and its own parameters."""

    model: ModelName
    parameters: Parameters = {}


class LayerSource(ModelEntry):
    """Some layers of a parent: `layer_range: [first, end]`, the end not included."""

    layer_range: tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]]

    @model_validator(mode="after")
    def _check(self) -> LayerSource:
        first, end = self.layer_range
        if first >= end:
            raise ValueError(f"layer_range [{first}, {end}] holds no layer")
        return self


class Slice(Frozen):
    """Consecutive layers of the result, merged from as many layers of each source."""

    sources: Annotated[tuple[LayerSource, ...], Field(min_length=1)]
    base_model: ModelName | None = Field(None, description="instead of the recipe's")
    parameters: Parameters = {}

    @model_validator(mode="after")
    def _check(self) -> Slice:
        sizes = {source.layer_range[1] - source.layer_range[0] for source in self.sources}
        if len(sizes) > 1:
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
