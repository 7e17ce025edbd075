"""The recipe: a superset of mergekit's YAML, with genes and `evolve:`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from evomerge.recipe.calibration import CalibrationSettings
from evomerge.recipe.entries import ModelEntry, Module, Parameters, Slice
from evomerge.recipe.evolve import Evolve
from evomerge.recipe.formula import FormulaSettings
from evomerge.recipe.layer_path import LayerPath, OpenPath, check_closed, check_steps
from evomerge.recipe.licence import LicenceChoice
from evomerge.recipe.method_name import FORMULA, MethodName
from evomerge.recipe.path_space import PathSpace
from evomerge.recipe.reference import STAGE
from evomerge.recipe.source import Place, Source
from evomerge.recipe.switch import check_switches
from evomerge.recipe.tokenizer import ModelName, TokenizerSettings
from evomerge.recipe.values import Frozen, Open, PlacedError


def _without_torch(value: Any) -> Any:
    return value.removeprefix("torch.") if isinstance(value, str) else value


DType = Annotated[Literal["float32", "float16", "bfloat16"], BeforeValidator(_without_torch)]


class Recipe(Frozen):
    """Parents, a merge method, its parameters, and (with genes in them) how to search for them.

    Without genes a recipe names exactly one set of weights.
    """

    merge_method: MethodName
    name: str | None = Field(None, description="what the merge is called; changes nothing")
    base_model: ModelName | None = None
    models: tuple[ModelEntry, ...] | None = None
    slices: tuple[Slice, ...] | None = None
    modules: dict[str, Module] | None = Field(
        None, description="by part of the model: text_decoder, vision_tower, encoder, decoder"
    )
    path: LayerPath | None = Field(
        None, description="the layers of the merge that the offspring runs through, in order"
    )
    parameters: Parameters = {}
    dtype: DType | None = None
    out_dtype: DType | None = None
    tokenizer: TokenizerSettings | None = None
    tokenizer_source: ModelName | None = Field(None, description="short for tokenizer: {source: …}")
    chat_template: str | None = Field(None, description="auto, a format's name, or Jinja text")
    seed: int = Field(0, ge=0, lt=2**63, description="seed of random masks (dare_ties and others)")
    calibration: CalibrationSettings | None = None
    allow_differences: tuple[str, ...] = Field(
        (), description="keys of config.json in which parents may differ; the base's values hold"
    )
    license: LicenceChoice | None = None
    pins: dict[str, str] = Field({}, description="content hash that each parent must have")
    stages: dict[str, Recipe] = Field(
        {}, description="merges made first, in this order; each is a parent by the name stage:NAME"
    )
    evolve: Evolve | None = None

    _source: Source | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _check(self) -> Recipe:
        if [self.models, self.slices, self.modules].count(None) != 2:
            raise ValueError("a recipe has either models or slices or modules")
        if not (self.models or self.slices or self.modules):
            raise ValueError("a recipe needs at least one model")
        if self.tokenizer is not None and self.tokenizer_source is not None:
            raise ValueError("a recipe has either tokenizer or tokenizer_source")
        for name, stage in self.stages.items():
            if stage.stages or stage.evolve is not None or stage.license is not None:
                raise ValueError(f"stage {name} can have no stages, evolve or license of its own")
        if self.path is not None:
            self._check_path()
        check_switches(
            [entry.use for entry in self.entries],
            listed=self.models is not None,
            has_base=self.base_model is not None,
            named_by_all=self.draws_on_all,
        )
        return self

    def _check_path(self) -> None:
        if self.modules is not None:
            said = "runs through the layers of models or slices, not of modules"
            raise PlacedError(said, "path")
        check_closed(self.slices or ())
        if self.evolve is not None and self.evolve.joins is not None:
            said = "is for elites that are mixed with parents; in a path each has its own layers"
            raise PlacedError(said, "evolve", "joins")
        if isinstance(self.path, OpenPath):
            self.path_space()
        elif self.path and self.slices:
            check_steps(self.path, len(self._layers))

    @property
    def _layers(self) -> list[tuple[str, int]]:
        """Of each layer of the slices, the first source's model and the layer's number in it."""
        firsts = [part.sources[0] for part in self.slices or ()]
        return [(one.model, layer) for one in firsts for layer in one.layers]

    def path_space(self) -> PathSpace | None:
        """The paths that it leaves open; None where it leaves none.

        Raises:
            PlacedError: it does not say how many layers there are, or says it twice.
        """
        if not isinstance(self.path, OpenPath):
            return None
        return PathSpace.of(self.path.gene, self._layers, self.template)

    def __eq__(self, other: object) -> bool:
        """Equal are recipes that say the same, wherever they were read from."""
        return isinstance(other, Recipe) and self.plain() == other.plain()

    @property
    def folder(self) -> Path | None:
        """That of its file; None where it came from none."""
        return self._source.folder if self._source else None

    @property
    def source(self) -> Source | None:
        """The file it was read from, if any."""
        return self._source

    @property
    def methods(self) -> tuple[str, ...]:
        """The name of its merge method, `formula` for one that it spells out; of all of them where
        the method is a gene.
        """
        if isinstance(self.merge_method, Open):
            return tuple(map(str, self.merge_method.gene.choice or ()))
        if isinstance(self.merge_method, FormulaSettings):
            return (FORMULA,)
        return (self.merge_method,)

    @property
    def vocabulary(self) -> TokenizerSettings | None:
        """What it says of the offspring's tokenizer, under whichever key."""
        if self.tokenizer_source is not None:
            return TokenizerSettings(source=self.tokenizer_source)
        return self.tokenizer

    @property
    def draws_on_all(self) -> bool:
        """Whether tokenizer or chat template are made of all models, merged or not."""
        return self.vocabulary is not None or self.chat_template == "auto"

    @property
    def entries(self) -> tuple[ModelEntry, ...]:
        """Every place where a parent is named with parameters, in the order of the file."""
        return tuple(
            entry
            for _, section in self.sections
            for entry in section.models
            or [source for part in section.slices or () for source in part.sources]
        )

    @property
    def sections(self) -> tuple[tuple[Place, Module], ...]:
        """Its modules and where each one stands; a recipe without modules is one of its own."""
        if self.modules is not None:
            return tuple((("modules", name), module) for name, module in self.modules.items())
        return (((), Module(models=self.models, slices=self.slices)),)

    @property
    def template(self) -> str:
        """The parent that gives config, generation config and tokenizer: the base, or the first."""
        return self.base_model or self.entries[0].model

    @property
    def parent_names(self) -> tuple[str, ...]:
        """Every parent once, bases first, then in the order of the file."""
        slices = [part for _, section in self.sections for part in section.slices or ()]
        bases = [self.base_model, *(part.base_model for part in slices)]
        names = [*filter(None, bases), *(entry.model for entry in self.entries)]
        return tuple(dict.fromkeys(names))

    @property
    def roots(self) -> dict[str, str | None]:
        """Every parent that no stage makes, those of stages included, and what it is pinned to."""
        named = [*self.stages.values(), self]
        return {
            name: recipe.pins.get(name)
            for recipe in named
            for name in recipe.parent_names
            if not name.startswith(STAGE)
        }

    def at(self, *place: str | int) -> str:
        """`file:line: ` of a place in the recipe's file, for error messages; "" without a file."""
        return f"{self._source.at(place)}: " if self._source else ""

    def place_of_parent(self, name: str) -> Place:
        """Where a parent is named first."""
        for place, section in self.sections:
            for i, entry in enumerate(section.models or ()):
                if entry.model == name:
                    return (*place, "models", i, "model")
            for i, part in enumerate(section.slices or ()):
                if part.base_model == name != self.base_model:
                    return (*place, "slices", i, "base_model")
                for j, source in enumerate(part.sources):
                    if source.model == name:
                        return (*place, "slices", i, "sources", j, "model")
        return ("base_model",)

    @property
    def unrouted(self) -> Recipe:
        """The merge whose layers its path runs through: the recipe without the path."""
        if self.path is None:
            return self
        return self.model_copy(update={"path": None}).with_source(self._source)

    def plain(self) -> dict[str, Any]:
        """The recipe as plain values, with nothing in it that is the default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def with_source(self, source: Source | None) -> Recipe:
        """The same recipe, knowing the file it came from."""
        self._source = source
        return self
