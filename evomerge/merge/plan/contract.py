"""Does a recipe keep to its method's contract? Asked before anything is loaded."""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence

from evomerge.errors import RecipeError
from evomerge.merge.formulas.method import formula_methods
from evomerge.merge.methods import METHODS, Method
from evomerge.merge.plan.settings import WITHOUT_EFFECT, check_parameters, ignored, without
from evomerge.recipe import Open, Recipe
from evomerge.recipe.formula import FormulaSettings
from evomerge.recipe.source import Place
from evomerge.recipe.start_names import FISHER


def methods_of(recipe: Recipe) -> tuple[Method, ...]:
    """Every merge method that a recipe may come to: one, or those that a gene chooses between.

    Raises:
        RecipeError: there is none of that name.
    """
    if isinstance(recipe.merge_method, FormulaSettings):
        return formula_methods(recipe.merge_method)
    for name in recipe.methods:
        if name not in METHODS:
            close = difflib.get_close_matches(name, METHODS, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise RecipeError(
                f"{recipe.at('merge_method')}unknown merge_method {name!r}; "
                f"{hint}there are {', '.join(METHODS)}"
            )
    return tuple(METHODS[name] for name in recipe.methods)


def method_of(recipe: Recipe) -> Method:
    """The merge method of a recipe without genes.

    Raises:
        RecipeError: there is none of that name.
    """
    said = recipe.merge_method
    if isinstance(said, Open) or (isinstance(said, FormulaSettings) and said.is_open):
        raise TypeError("a gene was left open; decode the genome first")
    (method,) = methods_of(recipe)
    return method


def inputs_of(recipe: Recipe, models: tuple[str, ...], base: str | None = None) -> tuple[str, ...]:
    """The models that a method combines: all, or (where it has a base) all but the base.

    Args:
        base: instead of the recipe's.
    """
    if all(method.base == "unused" for method in methods_of(recipe)):
        return models
    return tuple(name for name in models if name != (base or recipe.base_model))


def check_contract(recipe: Recipe) -> None:
    """Check methods, bases, numbers of models, and names and ranges of all parameters.

    Raises:
        RecipeError: with the line of what is wrong.
    """
    methods = methods_of(recipe)
    for method in methods:
        for place, section in recipe.sections:
            if section.models is not None:
                models = [entry.model for entry in section.models]
                _check_models(recipe, method, models, (*place, "models"), None)
            for index, part in enumerate(section.slices or ()):
                models = [source.model for source in part.sources]
                at = (*place, "slices", index)
                _check_models(recipe, method, models, at, part.base_model)
        _check_idle_base(recipe, method)
    _check_calibration(recipe, methods)
    check_parameters(recipe, methods)


def known_only(recipe: Recipe) -> Recipe:
    """A recipe without genes, without the parameters and texts that its method ignores.

    Of recipes that differ in nothing else, these are equal.
    """
    method = method_of(recipe)
    places = ignored(recipe, [method])
    if recipe.calibration is not None and method.statistic is None:
        places.append(("calibration",))
    return without(recipe, places) if places else recipe


def remarks(recipe: Recipe) -> list[str]:
    """What a user should know of parameters that have no effect."""
    methods = methods_of(recipe)
    names = " or ".join(method.name for method in methods)
    return [
        f"{'.'.join(map(str, place))} has no effect: {names} takes no {place[-1]} there"
        for place in ignored(recipe, methods)
        if place[-1] not in WITHOUT_EFFECT
    ]


def _check_models(
    recipe: Recipe, method: Method, models: list[str], place: Place, base: str | None
) -> None:
    """Check one group of models that are merged with each other."""
    if method.base == "required" and base is None and recipe.base_model is None:
        raise RecipeError(f"{recipe.at('merge_method')}{method.name} needs a base_model")
    few, many = method.models
    base = base or recipe.base_model
    used = [e.model for e in recipe.entries if e.use is True] if place == ("models",) else models
    least = sum(method.base == "unused" or name != base for name in used)
    count = sum(method.base == "unused" or name != base for name in models)
    if least < few <= count and few > 1:
        raise RecipeError(
            f"{recipe.at(*place)}{method.name} merges {few} or more models, so as many must always "
            "be used; take `use` from some of them"
        )
    if count < few or (many is not None and count > many):
        wanted = str(few) if few == many else f"{few} or more" if many is None else f"{few}-{many}"
        with_base = method.base != "unused" and recipe.base_model is not None
        besides = " besides the base" if with_base else ""
        raise RecipeError(
            f"{recipe.at(*place)}{method.name} merges {wanted} models{besides}, not {count}; "
            "name as many, or take another method"
        )


def _check_calibration(recipe: Recipe, methods: Sequence[Method]) -> None:
    texts = recipe.calibration.texts if recipe.calibration is not None else None
    readers = [method.name for method in methods if method.statistic is not None]
    if readers and texts is None:
        at = recipe.at("merge_method")
        raise RecipeError(f"{at}{readers[0]} needs calibration: {{texts: FILE}}")
    searched = recipe.evolve is not None and FISHER in recipe.evolve.start_from
    if texts is not None and not readers and not searched:
        names = " or ".join(method.name for method in methods)
        raise RecipeError(f"{recipe.at('calibration')}{names} reads no texts; remove calibration")
    if texts is not None and not os.path.isfile(texts):
        raise RecipeError(f"{recipe.at('calibration', 'texts')}{texts}: no such file")


def _check_idle_base(recipe: Recipe, method: Method) -> None:
    """Refuse a mergekit file in which the base is merged like the other models.

    In one by evomerge, which has `evolve:` or pins, it gives config and tokenizer alone. Where
    each model has a weight of its own, mergekit refuses the file, so it can mean that too. To the
    sources of slices mergekit adds no base.
    """
    if method.base != "unused" or recipe.base_model is None or recipe.evolve or recipe.pins:
        return
    if method.formula:
        return  # mergekit has none
    for _, section in recipe.sections:
        named = [entry.model for entry in section.models or ()]
        shared_weight = "weight" in {**recipe.parameters, **section.parameters}
        own_weights = "weight" in method.parameters and not shared_weight
        if named and recipe.base_model not in named and not own_weights:
            raise RecipeError(
                f"{recipe.at('base_model')}{method.name} has no base: mergekit merges base_model "
                "like the other models; name it among them if that is meant, and else leave it out"
            )
