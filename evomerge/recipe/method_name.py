"""`merge_method:` in a recipe: a name, a choice of names, or a formula."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Tag

from evomerge.recipe.formula import FormulaSettings
from evomerge.recipe.values import Open


def _is_choice_of_methods(value: Open) -> Open:
    gene = value.gene
    if gene.choice is None or gene.points != 1 or not all(isinstance(c, str) for c in gene.choice):
        raise ValueError("the method is a name, or {gene: {choice: [ties, della, …]}}")
    return value


def _kind_of_method(value: Any) -> str:
    if isinstance(value, FormulaSettings) or (isinstance(value, dict) and "gene" not in value):
        return "spelt out"
    return "open" if isinstance(value, dict | Open) else "name"


MethodName = Annotated[
    Annotated[str, Tag("name")]
    | Annotated[Annotated[Open, AfterValidator(_is_choice_of_methods)], Tag("open")]
    | Annotated[FormulaSettings, Tag("spelt out")],
    Discriminator(_kind_of_method),
]
"""A merge method by its name, a gene that chooses between several, or a formula."""
FORMULA = "formula"
"""What a method is called that a recipe spells out."""
