"""Which of a recipe's parameters its methods take, and whether they may have these values."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from evomerge.errors import RecipeError
from evomerge.merge.methods import METHODS, Method, Parameter
from evomerge.recipe import Gene, Open, Recipe, Rule, recipe_from
from evomerge.recipe.entries import Parameters
from evomerge.recipe.source import Place
from evomerge.recipe.values import Setting

WITHOUT_EFFECT = frozenset({"int8_mask"})
"""Parameters of mergekit files that save memory there and have nothing to do here."""


def takes(method: Method, name: str, place: Place) -> bool:
    """Whether a method has a parameter, and one that can stand there."""
    parameter = method.parameters.get(name)
    return parameter is not None and (parameter.per_model or not _is_of_a_model(place))


def goes_in_steps(parameter: Parameter) -> bool:
    """Whether it has no values between two others: true or false, or a whole number."""
    return isinstance(parameter.default, int)


def all_parameters(recipe: Recipe) -> Iterator[tuple[Parameters, Place]]:
    """All parameters of a recipe, and where they stand."""
    yield recipe.parameters, ("parameters",)
    if recipe.evolve is not None and recipe.evolve.joins is not None:
        yield recipe.evolve.joins, ("evolve", "joins")
    for at, section in recipe.sections:
        if at:
            yield section.parameters, (*at, "parameters")
        for i, entry in enumerate(section.models or ()):
            yield entry.parameters, (*at, "models", i, "parameters")
        for i, part in enumerate(section.slices or ()):
            yield part.parameters, (*at, "slices", i, "parameters")
            for j, source in enumerate(part.sources):
                yield source.parameters, (*at, "slices", i, "sources", j, "parameters")


def check_parameters(recipe: Recipe, methods: Sequence[Method]) -> None:
    """Check names and values of all parameters, with every method that may take them.

    Raises:
        RecipeError: with the line of what is wrong.
    """
    for parameters, place in all_parameters(recipe):
        for name, setting in parameters.items():
            _check_parameter(recipe, methods, (*place, name), setting)


def ignored(recipe: Recipe, methods: Sequence[Method]) -> list[Place]:
    """Where a recipe has parameters that none of these methods takes."""
    return [
        (*place, name)
        for parameters, place in all_parameters(recipe)
        for name in parameters
        if not any(takes(method, name, place) for method in methods)
    ]


def without(recipe: Recipe, places: Iterable[Place]) -> Recipe:
    """The recipe without some of its parameters."""
    plain = recipe.plain()
    for place in places:
        level: Any = plain
        for step in place[:-1]:
            level = level[step]
        del level[place[-1]]
    return recipe_from(plain, recipe.source)


def _is_of_a_model(place: Place) -> bool:
    return any(key in place for key in ("models", "sources", "joins"))


def _check_parameter(
    recipe: Recipe, methods: Sequence[Method], place: Place, setting: Setting
) -> None:
    """Check a parameter with every method that takes it.

    One that only other methods take has no effect, as in mergekit, so that a file serves several
    methods; but a gene would be searched for in vain, and what no method takes is a mistake.
    """
    name, at = str(place[-1]), recipe.at(*place)
    several = len(methods) > 1
    takers = [method for method in methods if takes(method, name, place)]
    for method in takers:
        parameter = method.parameters[name]
        if goes_in_steps(parameter) and _has_ranges(setting):
            raise RecipeError(
                f"{at}{name} has no values between two others; list them: {{gene: {{choice: […]}}}}"
            )
        for value in _values(setting):
            what = f"{at}{name} of {method.name}" if several else f"{at}{name}"
            _check_value(what, parameter, value)
    if takers or name in WITHOUT_EFFECT:
        return
    if any(_genes(setting)) or not any(takes(m, name, place) for m in METHODS.values()):
        raise RecipeError(at + _not_taken(name, methods))


def _not_taken(name: str, methods: Sequence[Method]) -> str:
    known = dict.fromkeys(key for method in methods for key in method.parameters)
    if name in known:
        return f"{name} is one for all models; move it to parameters:"
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    names = " or ".join(method.name for method in methods)
    return f"{names} has no parameter {name!r}; {hint}it has {', '.join(known)}"


def _check_value(what: str, parameter: Parameter, value: Any) -> None:
    if parameter.is_flag:
        if isinstance(value, str) or value not in (0, 1):
            raise RecipeError(f"{what} is true or false, not {value!r}")
    elif isinstance(value, bool | str):
        raise RecipeError(f"{what} is a number, not {value!r}")
    elif isinstance(value, int) and abs(value) >= 2**63:
        raise RecipeError(f"{what} is too large; write 18 digits at most")
    elif goes_in_steps(parameter) and value != int(value):
        raise RecipeError(f"{what} is a whole number, not {value!r}")
    elif not parameter.low <= value <= parameter.high:
        raise RecipeError(
            f"{what} must lie between {parameter.low} and {parameter.high}, not be {value!r}"
        )


def _leaves(setting: Any) -> Iterator[Any]:
    """Every number, word and gene of a setting, whatever rules and gradients it stands in."""
    if isinstance(setting, tuple):
        for entry in setting:
            yield from _leaves(entry)
    elif isinstance(setting, Rule):
        yield from _leaves(setting.value)
    else:
        yield setting


def _genes(setting: Any) -> Iterator[Gene]:
    return (leaf.gene for leaf in _leaves(setting) if isinstance(leaf, Open))


def _has_ranges(setting: Any) -> bool:
    return any(gene.choice is None for gene in _genes(setting))


def _values(setting: Any) -> Iterator[Any]:
    """Every value that a setting can take: numbers as they are, genes by their ends or choices."""
    for leaf in _leaves(setting):
        if not isinstance(leaf, Open):
            yield leaf
        elif leaf.gene.choice is not None:
            yield from leaf.gene.choice
        else:
            yield from (leaf.gene.low, leaf.gene.high)
