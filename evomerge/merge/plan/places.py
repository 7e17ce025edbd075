"""Where in a model a tensor is, going by the names of all."""

from __future__ import annotations

import re
from collections.abc import Mapping

from evomerge.weights import Spec

_TABLE = re.compile(
    r"(^|\.)(\w*embed(ding)?s?(_tokens(_per_layer)?|_positions|_in)?|shared|w[tp]e)\.weight$"
)


def is_table(name: str) -> bool:
    """Whether a tensor's rows are looked up, not multiplied with: an embedding, by its name."""
    return bool(_TABLE.search(name))


def places(specs: Mapping[str, Spec]) -> dict[str, tuple[int, int]]:
    """For each tensor how many elements come before it in the order of depth, and how many are.

    Embeddings come first, then layers by their number, then what is outside of them.
    """
    total = sum(spec.numel for spec in specs.values())
    placed, before = {}, 0
    for name in sorted(specs, key=_depth):
        placed[name] = before, total
        before += specs[name].numel
    return placed


def _depth(name: str) -> tuple[int, list[tuple[int, str]]]:
    numbered = any(part.isdigit() for part in name.split("."))
    steps = [(int(part), "") if part.isdigit() else (0, part) for part in name.split(".")]
    return 0 if is_table(name) else 1 if numbered else 2, steps
