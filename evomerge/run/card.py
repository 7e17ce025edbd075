"""The model card of a merged model: its README.md, with what the Hub reads at its head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from evomerge import __version__
from evomerge.merge.stream import to_yaml
from evomerge.recipe import Recipe


def write_card(
    recipe: Recipe,
    sha256: str,
    verdict: Mapping[str, Any] | None = None,
    lineage: Sequence[str] = (),
) -> str:
    """The card's text.

    Args:
        recipe: as it is written beside the card, its parents pinned.
        sha256: of the merged weights.
        verdict: what the sealed items said, where the recipe was searched for.
        lineage: lines on how it was found.
    """
    head = {
        "base_model": [_public_name(name) for name in recipe.parent_names],
        "base_model_relation": "merge",
        "library_name": "transformers",
        "tags": ["merge", "evomerge", recipe.merge_method],
    }
    lines = [
        "---",
        yaml.safe_dump(head, sort_keys=False, allow_unicode=True).strip(),
        "---",
        "",
        f"# A merge by {recipe.merge_method}",
        "",
        f"Made by evomerge {__version__} of these parents:",
        "",
        "| parent | content (sha256) |",
        "| --- | --- |",
        *(f"| {_public_name(n)} | `{recipe.pins[n]}` |" for n in recipe.parent_names),
        "",
        f"sha256 over the names and bytes of the weights, in name order: `{sha256}`.",
        "",
        *(_verdict_lines(verdict) if verdict else []),
        *(["## Lineage", "", *(f"- {line}" for line in lineage), ""] if lineage else []),
        "## Recipe",
        "",
        "`evomerge merge recipe.yaml OUT` makes the same weights, bit for bit.",
        "",
        "```yaml",
        to_yaml(recipe).strip(),
        "```",
        "",
    ]
    return "\n".join(lines)


def _public_name(name: str) -> str:
    """A parent's name without the folders of the machine it was merged on."""
    return "+".join(Path(part).name if part.startswith("/") else part for part in name.split("+"))


def _verdict_lines(verdict: Mapping[str, Any]) -> list[str]:
    low, high = verdict["ci95"]
    tasks = list(verdict["scores"]["winner"]["tasks"])
    lines = [
        f"## Scores: {verdict['verdict']}",
        "",
        f"On {verdict['items']} test items that nothing in the search saw, opened once: "
        f"{verdict['winner']:.3f}, against {verdict['best_parent']:.3f} of the best parent "
        f"({_public_name(verdict['best_parent_name'])}); difference {verdict['difference']:+.3f}, "
        f"95 % interval {low:+.3f} to {high:+.3f}, p = {verdict['p_value']:.2g}.",
        "",
        f"| model | {' | '.join(['fitness', *tasks])} |",
        f"| --- |{' --- |' * (1 + len(tasks))}",
    ]
    for name, scores in verdict["scores"].items():
        cells = [scores["fitness"], *(scores["tasks"].get(task) for task in tasks)]
        numbers = " | ".join("–" if cell is None else f"{cell:.3f}" for cell in cells)
        lines.append(f"| {_public_name(name)} | {numbers} |")
    return [*lines, ""]
