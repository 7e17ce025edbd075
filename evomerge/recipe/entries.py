"""Entries of models taken out of a recipe."""

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
