"""Does a recipe keep to its method's contract? Asked before anything is loaded."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evomerge.errors import RecipeError
from evomerge.merge.methods import METHODS, Method, Parameter
from evomerge.recipe import Gene, Open, Recipe, Rule
from evomerge.recipe.schema import Parameters
from evomerge.recipe.source import Place

WITHOUT_EFFECT = frozenset({"int8_mask"})
"""Parameters of mergekit files that save memory there and have nothing to do here."""


def method_of(recipe: Recipe) -> Method:
    """The recipe's merge method.

    Raises:
        RecipeError: there is none of that name.
    """
    if recipe.merge_method not in METHODS:
        close = difflib.get_close_matches(recipe.merge_method, METHODS, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise RecipeError(
            f"{recipe.at('merge_method')}unknown merge_method {recipe.merge_method!r}; "
            f"{hint}there are {', '.join(METHODS)}"
        )
    return METHODS[recipe.merge_method]


def inputs_of(recipe: Recipe, models: tuple[str, ...]) -> tuple[str, ...]:
    """The models that a method combines: all, or (where it has a base) all but the base."""
    if method_of(recipe).base == "unused":
        return models
    return tuple(name for name in models if name != recipe.base_model)


def check_contract(recipe: Recipe) -> None:
    """Check method, base, number of models, and names and ranges of all parameters.

    Raises:
        RecipeError: with the line of what is wrong.
    """
    method = method_of(recipe)
    if method.base == "required" and recipe.base_model is None:
        raise RecipeError(f"{recipe.at('merge_method')}{method.name} needs a base_model")
    _check_calibration(recipe, method)
    if recipe.models is not None:
        _check_count(recipe, method, [e.model for e in recipe.models], ("models",))
    for index, part in enumerate(recipe.slices or ()):
        _check_count(recipe, method, [s.model for s in part.sources], ("slices", index))
    for parameters, place in _all_parameters(recipe):
        _check_parameters(recipe, method, parameters, place)


def _check_calibration(recipe: Recipe, method: Method) -> None:
    texts = recipe.calibration.texts if recipe.calibration is not None else None
    if method.statistic is not None and texts is None:
        at = recipe.at("merge_method")
        raise RecipeError(f"{at}{method.name} needs calibration: {{texts: FILE}}")
    if method.statistic is None and texts is not None:
        raise RecipeError(f"{recipe.at('calibration')}{method.name} reads no texts; remove them")
    if texts is not None and not Path(texts).is_file():
        raise RecipeError(f"{recipe.at('calibration', 'texts')}{texts}: no such file")


def _check_count(recipe: Recipe, method: Method, models: list[str], place: Place) -> None:
    few, many = method.models
    count = len(inputs_of(recipe, tuple(models)))
    if count < few or (many is not None and count > many):
        wanted = str(few) if few == many else f"{few} or more" if many is None else f"{few}-{many}"
        besides = " besides the base" if method.base == "required" else ""
        raise RecipeError(
            f"{recipe.at(*place)}{method.name} merges {wanted} models{besides}, not {count}"
        )


def _all_parameters(recipe: Recipe) -> Iterator[tuple[Parameters, Place]]:
    yield recipe.parameters, ("parameters",)
    for i, entry in enumerate(recipe.models or ()):
        yield entry.parameters, ("models", i, "parameters")
    for i, part in enumerate(recipe.slices or ()):
        yield part.parameters, ("slices", i, "parameters")
        for j, source in enumerate(part.sources):
            yield source.parameters, ("slices", i, "sources", j, "parameters")


def _check_parameters(recipe: Recipe, method: Method, parameters: Parameters, place: Place) -> None:
    for name, setting in parameters.items():
        if name in WITHOUT_EFFECT:
            continue
        if name not in method.parameters:
            close = difflib.get_close_matches(name, method.parameters, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise RecipeError(
                f"{recipe.at(*place, name)}{method.name} has no parameter {name!r}; "
                f"{hint}it has {', '.join(method.parameters)}"
            )
        if not method.parameters[name].per_model and ("models" in place or "sources" in place):
            raise RecipeError(
                f"{recipe.at(*place, name)}{name} is one for all models; move it to parameters:"
            )
        for value in _values(setting):
            _check_value(recipe.at(*place, name), name, method.parameters[name], value)


def _check_value(at: str, name: str, parameter: Parameter, value: Any) -> None:
    if parameter.is_flag:
        if isinstance(value, str) or value not in (0, 1):
            raise RecipeError(f"{at}{name} is true or false, not {value!r}")
    elif isinstance(value, bool | str):
        raise RecipeError(f"{at}{name} is a number, not {value!r}")
    elif isinstance(value, int) and abs(value) >= 2**63:
        raise RecipeError(f"{at}{name} is too large")
    elif not parameter.low <= value <= parameter.high:
        raise RecipeError(
            f"{at}{name} must lie between {parameter.low} and {parameter.high}, not be {value!r}"
        )


def _values(setting: Any) -> Iterator[Any]:
    """Every value that a setting can take: numbers as they are, genes by their ends or choices."""
    if isinstance(setting, tuple):
        for entry in setting:
            yield from _values(entry)
    elif isinstance(setting, Rule):
        yield from _values(setting.value)
    elif isinstance(setting, Open):
        gene: Gene = setting.gene
        yield from gene.choice if gene.choice is not None else (gene.low, gene.high)
    else:
        yield setting
