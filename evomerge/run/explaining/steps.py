"""A formula without one of its steps: what a function was given, in the place of what it makes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from textwrap import shorten

from evomerge.errors import RecipeError
from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.sorts import sort_of
from evomerge.formulas.text import text_of
from evomerge.formulas.tree import Tree, children, part, paths, replaced
from evomerge.recipe import Recipe, recipe_from
from evomerge.recipe.formula import FormulaSettings
from evomerge.run.explaining.explanation import FactorKind
from evomerge.run.explaining.game import Game
from evomerge.run.explaining.shapley import Coalition

SHOWN = 60
"""Characters of a step that are shown."""


def steps_game(winner: Recipe) -> Game | None:
    """The steps of the formula that a winner's recipe spells out; None where it spells out none.

    `b + mean(keep(d, 0.5))` has the step `keep(d, 0.5)`, undone by `d`, and the sum, by `b`. Steps
    stand within each other, so they are undone one by one, and never several at once.
    """
    said = winner.merge_method
    if not isinstance(said, FormulaSettings) or not isinstance(said.formula, str):
        return None
    made = dict(_undone(winner, said.formula, said))
    if not made:
        return None
    names = tuple(made)

    @cache
    def recipes(there: Coalition) -> list[Recipe]:
        undone = [n for n in range(len(names)) if n not in there]
        assert len(undone) < 2, "steps are undone one by one"
        return [made[names[n]] for n in undone] or [winner]

    return Game(FactorKind.STEP, names, recipes, one_by_one=True)


def _undone(winner: Recipe, text: str, said: FormulaSettings) -> Iterator[tuple[str, Recipe]]:
    """Each step that can be undone, by its name, with the recipe that is left."""
    whole, known = parse_formula(text), {text}
    for path in paths(whole):
        step = part(whole, path)
        for kept in _of_its_sort(step, said.per_model(text)):
            left = text_of(replaced(whole, path, kept))
            if left in known:
                continue
            known.add(left)
            plain = winner.plain()
            plain["merge_method"]["formula"] = left
            try:
                recipe = recipe_from(plain)
            except RecipeError:
                continue  # it has no deltas any more, or comes to nothing that can be merged
            yield f"{shorten(text_of(step), SHOWN)} as {shorten(text_of(kept), SHOWN)}", recipe


def _of_its_sort(step: Tree, per_model: dict[str, bool]) -> Iterator[Tree]:
    """What a step is made of that can stand in its place."""
    sort = sort_of(step, per_model)
    return (each for each in children(step) if sort_of(each, per_model) == sort)
