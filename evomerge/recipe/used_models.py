"""Entries of models taken out of a recipe, and found again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


def with_entries(plain: Any, keeps: Callable[[Mapping[str, Any]], bool]) -> Any:
    """Plain values of a recipe without the models, and the sources of slices, that are not kept.

    Args:
        keeps: told each entry: a model's name and its parameters.
    """
    if isinstance(plain, Mapping):
        return {
            key: [with_entries(one, keeps) for one in value if keeps(one)]
            if key in ("models", "sources")
            else with_entries(value, keeps)
            for key, value in plain.items()
        }
    return [with_entries(one, keeps) for one in plain] if isinstance(plain, list) else plain


def without_unused(plain: Mapping[str, Any], template: str) -> Any:
    """Plain values of a recipe without the models that a gene has left out.

    Where none is left it is the template alone: what differences are added to, in most recipes.
    """
    entries = plain.get("models") or ()
    if all(entry.get("use", True) for entry in entries):
        return plain
    kept = [entry for entry in entries if entry.get("use", True)]
    if kept:
        return {**plain, "models": kept}
    alone = {"merge_method": "linear", "base_model": template, "models": [{"model": template}]}
    others = {key: plain[key] for key in _OF_ANY_METHOD if key in plain}
    return {**others, **alone}


_OF_ANY_METHOD = (
    "name",
    "dtype",
    "out_dtype",
    "chat_template",
    "allow_differences",
    "license",
    "evolve",
)


def with_unused(plain: Mapping[str, Any], recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values of a candidate, its models where the recipe with genes has them.

    Those that were left out are there as such, so that what stands at a place of the recipe stands
    there. Models that are not the recipe's stay behind the others.

    Args:
        recipe: with genes.
    """
    rest = [*(plain.get("models") or ())]
    places: list[dict[str, Any]] = []
    for entry in recipe.get("models") or ():
        found = next((one for one in rest if one["model"] == entry["model"]), None)
        if found is not None:
            rest.remove(found)
            places.append({"use": True, **found} if "use" in entry else found)
        elif "use" in entry:
            places.append({"model": entry["model"], "use": False})
    return {**plain, "models": [*places, *rest]} if places or rest else dict(plain)
