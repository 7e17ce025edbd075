"""The model card of a merged model: its README.md, with what the Hub reads at its head."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from evomerge import __version__
from evomerge.markdown import fenced, in_markdown
from evomerge.merge.folder.recipe_file import to_yaml
from evomerge.recipe import Recipe
from evomerge.recipe.names import short_names
from evomerge.recipe.reference import is_url


def write_card(recipe: Recipe, sha256: str, account: str = "") -> str:
    """The card's text.

    Args:
        recipe: as it is written beside the card, its parents pinned.
        sha256: of the merged weights.
        account: sections on how the recipe was found and what proves it.
    """
    roots = recipe.roots
    short = short_names(roots)
    lines = [
        *_head(recipe, short.values()),
        f"# {in_markdown(recipe.name or 'A merge')} by {', '.join(recipe.methods)}",
        "",
        f"Made by evomerge {__version__} of these parents:",
        "",
        "| parent | content (sha256) |",
        "| --- | --- |",
        *(f"| {in_markdown(name)} | `{roots[full]}` |" for full, name in short.items()),
        "",
        "sha256 over the tensors' names, types, shapes and the BLAKE3 hashes of their bytes: "
        f"`{sha256}`.",
        "",
        *([account.strip(), ""] if account else []),
        "## Recipe",
        "",
        "`evomerge merge recipe.yaml OUT` makes the same weights, bit for bit.",
        "",
        fenced(to_yaml(recipe).strip(), "yaml"),
        "",
    ]
    return "\n".join(lines)


def _head(recipe: Recipe, names: Iterable[str]) -> list[str]:
    """What the Hub reads."""
    head = {
        "base_model": _models(names),
        "base_model_relation": "merge",
        "library_name": "transformers",
        "tags": ["merge", "evomerge", *recipe.methods],
    }
    return ["---", yaml.safe_dump(head, sort_keys=False, allow_unicode=True).strip(), "---", ""]


def _models(names: Iterable[str]) -> list[str]:
    """What the Hub links to: models and adapters, each once, without revisions."""
    parts = [part for name in names for part in name.split("+")]
    return list(dict.fromkeys(p if is_url(p) else p.partition("@")[0] for p in parts))
