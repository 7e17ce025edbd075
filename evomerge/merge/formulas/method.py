"""A formula of a recipe as a merge method."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from evomerge.formulas.grammar import parse_formula
from evomerge.merge.formulas.combining import combined
from evomerge.merge.formulas.evaluation import Evaluation
from evomerge.merge.formulas.spelt import Spelt
from evomerge.merge.formulas.vectors import added
from evomerge.merge.methods import Inputs, Method, Parameter
from evomerge.merge.methods.formula import Formula
from evomerge.recipe.formula import FormulaSettings
from evomerge.recipe.method_name import FORMULA

KEPT = 256
"""Formulas whose methods are kept: those of a few generations."""


def formula_methods(settings: FormulaSettings) -> tuple[Method, ...]:
    """The method that a recipe spells out; all of them where a gene chooses.

    Of one that is searched for, those with which the search begins; it is for what has a base.
    """
    names = tuple(sorted(settings.names.items()))
    made = tuple(_method(text, names) for text in settings.texts)
    if settings.space() is None:
        return made
    return tuple(replace(method, base="required") for method in made)


@lru_cache(KEPT)
def _method(text: str, names: tuple[tuple[str, Any], ...]) -> Method:
    settings = FormulaSettings(formula=text, names=dict(names))
    spelt = Spelt(parse_formula(text), settings.per_model(text))
    return Method(
        name=FORMULA,
        summary="what the recipe says",
        paper="",
        make=_make(spelt),
        parameters={name: _parameter(settings, name, own) for name, own in spelt.per_model.items()},
        base="required" if spelt.based else "unused",
        models=(1, None),
        additive=spelt.additive,
        random=spelt.drawn,
        alone=None,
        formula=spelt.text,
    )


def _parameter(settings: FormulaSettings, name: str, per_model: bool) -> Parameter:
    said = settings.names.get(name)
    if said is None:
        return Parameter(1.0, per_model)
    return Parameter(float(said.default), per_model, *said.range)


def _make(spelt: Spelt) -> Callable[..., Formula]:
    """What makes a tensor by a formula: by a kernel of our methods where it is one of theirs."""

    def make(inputs: Inputs, *, keys: Sequence[int] = (), **given: Any) -> Formula:
        numbers = {
            name: tuple(map(float, value)) if own else float(value)
            for name, own in spelt.per_model.items()
            for value in [given[f"{name}_" if keyword.iskeyword(name) else name]]
        }
        evaluation = Evaluation(spelt, inputs, numbers, keys)
        return added(evaluation) or combined(evaluation) or evaluation.elementwise()

    return make
