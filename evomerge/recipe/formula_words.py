"""The words of a formula that is searched for, as genes, and the mapping both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from evomerge.errors import RecipeError
from evomerge.formulas.error import FormulaError
from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.space import FormulaSpace
from evomerge.formulas.text import text_of
from evomerge.operators.wanted import WantedFormula
from evomerge.recipe.formula import FormulaSettings, GrownFormula
from evomerge.recipe.source import Place
from evomerge.recipe.values import Gene

PLACE: Place = ("merge_method", "formula")
"""Where a formula stands in a recipe."""


def is_word(place: Place) -> bool:
    """Whether a gene is a word of a formula."""
    return place[:2] == PLACE and len(place) > len(PLACE)


def words_of(method: object) -> FormulaWords | None:
    """Those of a recipe's method; None where no formula is searched for."""
    if not isinstance(method, FormulaSettings) or not isinstance(method.formula, GrownFormula):
        return None
    space, gene = method.space(), method.formula.gene
    assert space is not None
    values = tuple(method.names[name].default for name, _ in space.parameters)
    return FormulaWords(space, gene.texts, values, gene.itself)


@dataclass(frozen=True)
class FormulaWords:
    """A gene for each word that a formula can have."""

    space: FormulaSpace
    texts: tuple[str, ...]
    """Formulas that the search begins with, one at least."""
    values: tuple[float, ...]
    """The value of each of the space's parameters where the recipe sets none."""
    itself: bool
    """Whether of one model a formula must make that model."""

    @property
    def genes(self) -> Iterator[tuple[Place, Gene]]:
        """A gene for each word, and what it is called."""
        starts = self.space.encode(parse_formula(self.texts[0]))
        for number, start in enumerate(starts):
            yield (*PLACE, number), Gene(low=0.0, high=1.0, start=start)

    def text(self, value: Callable[[Place], Any]) -> str:
        """The formula that values of the genes stand for.

        Args:
            value: that of a gene, by its place.
        """
        words = [float(value((*PLACE, number))) for number in range(self.space.words)]
        return text_of(self.space.decode(words))

    def wanted(self, first: int) -> WantedFormula:
        """What a search is told.

        Args:
            first: the number of the genome's coordinate that is the first word.
        """
        return WantedFormula(self.space, self.values, self.itself, first)

    def read(self, text: Any) -> dict[Place, float]:
        """Values of the genes that stand for a formula.

        Raises:
            RecipeError: it is none of those that are searched for.
        """
        try:
            words = self.space.encode(parse_formula(str(text)))
        except FormulaError as error:
            raise RecipeError(f"merge_method.formula: {error}") from None
        return {(*PLACE, number): word for number, word in enumerate(words)}
