"""The recipe: a superset of mergekit's YAML, with genes and `evolve:`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from evomerge.recipe.evolve import Evolve
from evomerge.recipe.source import Place, Source
from evomerge.recipe.tokenizer import ModelName, TokenizerSettings
from evomerge.recipe.values import Frozen, Setting

Parameters = dict[str, Setting]
DType = Literal["float32", "float16", "bfloat16"]


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
    parameters: Parameters = {}

    @model_validator(mode="after")
    def _check(self) -> Slice:
        sizes = {source.layer_range[1] - source.layer_range[0] for source in self.sources}
        if len(sizes) > 1:
            raise ValueError("the sources of a slice must have equally many layers")
        return self


class Recipe(Frozen):
    """Parents, a merge method, its parameters, and (with genes in them) how to search for them.

    Without genes a recipe names exactly one set of weights.
    """

    merge_method: str
    base_model: ModelName | None = None
    models: tuple[ModelEntry, ...] | None = None
    slices: tuple[Slice, ...] | None = None
    parameters: Parameters = {}
    dtype: DType | None = None
    out_dtype: DType | None = None
    tokenizer: TokenizerSettings | None = None
    tokenizer_source: ModelName | None = Field(None, description="short for tokenizer: {source: …}")
    chat_template: str | None = Field(None, description="auto, a format's name, or Jinja text")
    seed: int = Field(0, ge=0, lt=2**63, description="seed of random masks (dare_ties and others)")
    pins: dict[str, str] = Field({}, description="content hash that each parent must have")
    evolve: Evolve | None = None

    _source: Source | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _check(self) -> Recipe:
        if (self.models is None) == (self.slices is None):
            raise ValueError("a recipe has either models or slices")
        if not (self.models or self.slices):
            raise ValueError("a recipe needs at least one model")
        if self.tokenizer is not None and self.tokenizer_source is not None:
            raise ValueError("a recipe has either tokenizer or tokenizer_source")
        return self

    def __eq__(self, other: object) -> bool:
        """Equal are recipes that say the same, wherever they were read from."""
        return isinstance(other, Recipe) and self.plain() == other.plain()

    @property
    def source(self) -> Source | None:
        """The file it was read from, if any."""
        return self._source

    @property
    def vocabulary(self) -> TokenizerSettings | None:
        """What it says of the offspring's tokenizer, under whichever key."""
        if self.tokenizer_source is not None:
            return TokenizerSettings(source=self.tokenizer_source)
        return self.tokenizer

    @property
    def entries(self) -> tuple[ModelEntry, ...]:
        """Every place where a parent is named with parameters, in the order of the file."""
        if self.models is not None:
            return self.models
        return tuple(source for part in self.slices or () for source in part.sources)

    @property
    def parent_names(self) -> tuple[str, ...]:
        """Every parent once, the base first, then in the order of the file."""
        names = [entry.model for entry in self.entries]
        if self.base_model is not None:
            names.insert(0, self.base_model)
        return tuple(dict.fromkeys(names))

    def at(self, *place: str | int) -> str:
        """`file:line: ` of a place in the recipe's file, for error messages; "" without a file."""
        return f"{self._source.at(place)}: " if self._source else ""

    def place_of_parent(self, name: str) -> Place:
        """Where a parent is named first."""
        for i, entry in enumerate(self.models or ()):
            if entry.model == name:
                return ("models", i, "model")
        for i, part in enumerate(self.slices or ()):
            for j, source in enumerate(part.sources):
                if source.model == name:
                    return ("slices", i, "sources", j, "model")
        return ("base_model",)

    def plain(self) -> dict[str, Any]:
        """The recipe as plain values, with nothing in it that is the default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def with_source(self, source: Source | None) -> Recipe:
        """The same recipe, knowing the file it came from."""
        self._source = source
        return self
