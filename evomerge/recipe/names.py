"""The names of parents in a recipe, exchanged for others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evomerge.recipe.load import recipe_from
from evomerge.recipe.schema import Recipe

_KEYS = frozenset({"model", "base_model", "tokenizer_source"})


def rename(node: Any, names: Mapping[str, str]) -> Any:
    """Plain values of a recipe with every parent's name exchanged, where a new one is given."""
    if isinstance(node, dict):
        return {
            key: names.get(value, value)
            if key in _KEYS and isinstance(value, str)
            else rename(value, names)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [rename(child, names) for child in node]
    return node


def pin(recipe: Recipe, names: Mapping[str, str], content: Mapping[str, str]) -> Recipe:
    """The recipe with names that lead to the same files everywhere, and with each parent's hash.

    Args:
        names: the new name of each parent.
        content: the content hash of each parent, by its old name.
    """
    plain = rename(recipe.plain(), names)
    plain["pins"] = {names[name]: content[name] for name in recipe.parent_names}
    return recipe_from(plain)
