"""What makes two recipes the same: the digest over their canonical form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from evomerge.recipe.names import rename
from evomerge.recipe.schema import Recipe

NOT_WEIGHTS = frozenset(
    {
        "evolve",
        "license",
        "name",
        "pins",
        "stages",
        "tokenizer",
        "tokenizer_source",
        "chat_template",
    }
)
"""Keys that do not change the merged weights. A vocabulary and the stages do, but stand in the
content hashes: they are those of the parents as they are read, and of what the stages came to."""

_TOLD = frozenset({"license", "name", "pins", "stages"})
"""Keys that change nothing of a search."""
_ELSEWHERE = frozenset({"workers", "start_from", "track", "keep_answers"})
"""Keys of `evolve:` that say where something is, who is told, or what is kept."""


def digest(recipe: Recipe, content: Mapping[str, str]) -> str:
    """The sha256 that names the weights a recipe without genes makes.

    Recipes with the same digest merge to the same weights: parents count by their content, not by
    their names or paths.

    Args:
        content: the content hash of each parent, by its name in the recipe.
    """
    plain = {key: value for key, value in _by_content(recipe).items() if key not in NOT_WEIGHTS}
    return _sha256(rename(plain, content))


def run_digest(
    recipe: Recipe, content: Mapping[str, str], starts: Sequence[Sequence[float]] = ()
) -> str:
    """The sha256 that names a search: genes and `evolve:` included, wherever it runs.

    Args:
        starts: genomes that `start_from` names, which count in its place.
    """
    plain = {k: v for k, v in _by_content(recipe).items() if k not in _TOLD}
    if "evolve" in plain:
        plain["evolve"] = {k: v for k, v in plain["evolve"].items() if k not in _ELSEWHERE}
    if starts:
        plain["winners"] = [[*start] for start in starts]
    return _sha256(rename(plain, content))


def _by_content(recipe: Recipe) -> dict[str, Any]:
    """Plain values, without the path of texts whose hash is known."""
    plain = recipe.plain()
    if recipe.calibration is not None and recipe.calibration.sha256 is not None:
        del plain["calibration"]["texts"]
    return plain


def _canonical(node: Any) -> Any:
    """1 and 1.0 are one number, but as sizes of splits: one item, and all of them."""
    if isinstance(node, dict):
        return {key: value if key == "splits" else _canonical(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_canonical(child) for child in node]
    if isinstance(node, int) and not isinstance(node, bool) and abs(node) < 2**53:
        return float(node)
    return node


def _sha256(plain: Any) -> str:
    text = json.dumps(_canonical(plain), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
