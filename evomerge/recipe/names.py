"""The names of parents in a recipe: exchanged for others, pinned, shortened to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evomerge.recipe.load import recipe_from
from evomerge.recipe.schema import Recipe

_KEYS = frozenset({"model", "base_model", "tokenizer_source", "source", "against", "ask", "judge"})
"""Of one name."""
_LISTS = frozenset({"of"})
"""Of several."""


def rename(node: Any, names: Mapping[str, str]) -> Any:
    """Plain values of a recipe with every parent's name exchanged, where a new one is given."""
    if isinstance(node, dict):
        return {key: _renamed(key, value, names) for key, value in node.items()}
    if isinstance(node, list):
        return [rename(child, names) for child in node]
    return node


def _renamed(key: str, value: Any, names: Mapping[str, str]) -> Any:
    if key in _KEYS and isinstance(value, str):
        return names.get(value, value)
    if key in _LISTS and isinstance(value, list):
        return [names.get(one, one) if isinstance(one, str) else one for one in value]
    return rename(value, names)


def pin(recipe: Recipe, names: Mapping[str, str], content: Mapping[str, str]) -> Recipe:
    """The recipe with names that lead to the same files everywhere, and with each parent's hash.

    Args:
        names: the new name of each parent.
        content: the content hash of each parent, by its old name.
    """
    plain = rename(recipe.plain(), names)
    plain["pins"] = {names[name]: content[name] for name in recipe.parent_names}
    return recipe_from(plain)


def short_names(names: Iterable[str]) -> dict[str, str]:
    """Each name without the folders it is in, but for as many as tell the models apart."""
    full = dict.fromkeys(names)
    for depth in range(1, max((name.count("/") for name in full), default=0) + 2):
        short = {name: _shortened(name, depth) for name in full}
        if len(set(short.values())) == len(short):
            return short
    return {name: name for name in full}


def _shortened(name: str, depth: int) -> str:
    parts = (
        str(Path(*Path(part).parts[-depth:])) if part.startswith(("/", "./")) else part
        for part in name.split("+")
    )
    return "+".join(parts)
