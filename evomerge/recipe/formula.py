"""`merge_method: {formula: ...}`: what a recipe says of a method that it spells out itself."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from evomerge.formulas.error import FormulaError
from evomerge.formulas.grammar import is_name, parse_formula
from evomerge.formulas.sorts import check_whole, parameters_in
from evomerge.formulas.space import FormulaSpace
from evomerge.recipe.address import AddressSettings
from evomerge.recipe.values import Frozen, Open, PlacedError

MOST_WORDS = 48
"""Of a formula that is searched for: as deep as the grammar reads."""


class FormulaParameter(Frozen):
    """A parameter of a formula: where nothing is set, and what may be set."""

    default: float = Field(1.0, description="its value where the recipe sets none")
    low: float | None = Field(None, description="smallest value that may be set")
    high: float | None = Field(None, description="largest value that may be set")
    per_model: bool | None = Field(
        None, description="whether models may differ in it; default: where the formula lets them"
    )

    @model_validator(mode="after")
    def _check(self) -> FormulaParameter:
        low, high = self.range
        if not low <= self.default <= high:
            raise ValueError(f"the default ({self.default}) must lie between {low} and {high}")
        return self

    @property
    def range(self) -> tuple[float, float]:
        """Smallest and largest value."""
        low = -math.inf if self.low is None else self.low
        return low, math.inf if self.high is None else self.high


def _by_default(value: Any) -> Any:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return {"default": value} if is_number else value


Parameter = Annotated[
    FormulaParameter,
    BeforeValidator(_by_default, json_schema_input_type=float | FormulaParameter),
]


class Proposer(AddressSettings):
    """A language model that proposes formulas to begin with."""

    formulas: int = Field(12, ge=1, le=100, description="how many it is asked for")


class FormulaGenes(Frozen):
    """A formula that is searched for."""

    words: int = Field(24, ge=3, le=MOST_WORDS, description="most words that it has")
    start: str = Field("b + mean(d)", description="where the search begins")
    starts: tuple[str, ...] = Field((), description="further formulas that the search begins with")
    itself: bool = Field(True, description="whether of one model it must make that model")
    proposer: Proposer | None = Field(
        None, description="a language model that is asked for further formulas as the run begins"
    )

    @property
    def texts(self) -> tuple[str, ...]:
        """Where the search begins."""
        return (self.start, *self.starts)


class GrownFormula(Frozen):
    """A formula left open: `formula: {gene: {words: 24}}`."""

    gene: FormulaGenes


def _is_formula(text: str) -> str:
    parse_formula(text)
    return text


def _is_choice_of_formulas(value: Open) -> Open:
    choice = value.gene.choice
    if not choice or value.gene.points != 1 or not all(isinstance(text, str) for text in choice):
        raise ValueError("a formula is text, or {gene: {choice: [TEXT, TEXT, …]}}")
    for text in choice:
        parse_formula(str(text))
    return value


def _kind_of_formula(value: Any) -> str:
    if isinstance(value, GrownFormula):
        return "grown"
    if isinstance(value, dict) and isinstance(gene := value.get("gene"), dict):
        return "open" if {"choice", "low", "high"} & {*gene} else "grown"
    return "open" if isinstance(value, dict | Open) else "text"


FormulaText = Annotated[
    Annotated[Annotated[str, AfterValidator(_is_formula)], Tag("text")]
    | Annotated[Annotated[Open, AfterValidator(_is_choice_of_formulas)], Tag("open")]
    | Annotated[GrownFormula, Tag("grown")],
    Discriminator(_kind_of_formula),
]
"""A formula, a gene that chooses between several, or one that is searched for word by word."""


class FormulaSettings(Frozen):
    """A merge method that the recipe spells out."""

    formula: FormulaText
    names: dict[str, Parameter] = Field(
        {}, description="its parameters: {w: 0.5, p: {default: 0.5, low: 0, high: 1}}"
    )

    @model_validator(mode="after")
    def _check(self) -> FormulaSettings:
        for name in self.names:
            if not is_name(name):
                said = f"{name!r} cannot name a parameter: it is no name, or one of the language's"
                raise PlacedError(said, "names", name)
        for text in self.texts:
            try:
                check_whole(parse_formula(text), self.per_model(text))
                if space := self.space():
                    space.encode(parse_formula(text))
            except FormulaError as error:
                raise PlacedError(str(error), "formula") from None
        return self

    def space(self) -> FormulaSpace | None:
        """The formulas that are searched for; None where it is none."""
        if not isinstance(self.formula, GrownFormula):
            return None
        named = {name: _or(one.per_model, True) for name, one in sorted(self.names.items())}
        return FormulaSpace(self.formula.gene.words, tuple(named.items()))

    @property
    def is_open(self) -> bool:
        """Whether a gene chooses the formula."""
        return not isinstance(self.formula, str)

    @property
    def texts(self) -> tuple[str, ...]:
        """The formula; all of them where a gene chooses; where a search for one begins."""
        if isinstance(self.formula, GrownFormula):
            return self.formula.gene.texts
        if isinstance(self.formula, Open):
            return tuple(map(str, self.formula.gene.choice or ()))
        return (self.formula,)

    def per_model(self, text: str) -> dict[str, bool]:
        """Of each parameter of a formula whether models may differ in it.

        Names that are declared and stand in no formula have no effect, and are parameters too: a
        gene may choose between formulas of which each has some.
        """
        found = dict.fromkeys(self.names, True)
        if not isinstance(self.formula, GrownFormula):
            found |= parameters_in(parse_formula(text))
        said = {name: one.per_model for name, one in self.names.items()}
        return {name: _or(said.get(name), own) for name, own in found.items()}


def _or(said: bool | None, otherwise: bool) -> bool:
    return otherwise if said is None else said
