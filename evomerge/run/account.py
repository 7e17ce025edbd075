"""How a winner was found and what proves it, as sections of its model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evomerge.recipe.names import short_names


def write_account(verdict: Mapping[str, Any], lineage: Sequence[str]) -> str:
    """Markdown: the verdict with its table, and the lineage.

    Args:
        verdict: :meth:`evomerge.run.promotion.Verdict.facts`.
        lineage: lines on how the winner was found.
    """
    low, high = verdict["ci95"]
    short = short_names(verdict["scores"])
    tasks = list(verdict["scores"]["winner"]["tasks"])
    lines = [
        f"## Scores: {verdict['verdict']}",
        "",
        f"On {verdict['items']} test items that nothing in the search saw, opened once: "
        f"{verdict['winner']:.3f}, against {verdict['best_parent']:.3f} of the best parent "
        f"({short[verdict['best_parent_name']]}); difference {verdict['difference']:+.3f}, "
        f"95 % interval {low:+.3f} to {high:+.3f}, p = {verdict['p_value']:.2g}.",
        "",
        f"| model | {' | '.join(['fitness', *tasks])} |",
        f"| --- |{' --- |' * (1 + len(tasks))}",
    ]
    for name, scores in verdict["scores"].items():
        cells = [scores["fitness"], *(scores["tasks"].get(task) for task in tasks)]
        numbers = " | ".join("–" if cell is None else f"{cell:.3f}" for cell in cells)
        lines.append(f"| {short[name]} | {numbers} |")
    for title, remarks in _remarks(verdict).items():
        lines += ["", f"### {title}", "", *(f"- {remark}" for remark in remarks)]
    return "\n".join([*lines, "", "## Lineage", "", *(f"- {line}" for line in lineage)])


def _remarks(verdict: Mapping[str, Any]) -> dict[str, list[str]]:
    """What speaks against the winner, by its heading."""
    found = {
        "Why it is refused": list(verdict["reasons"]),
        "What looks like an artefact": [flag["sentence"] for flag in verdict["flags"]],
    }
    if verdict["openings"] > 1:
        found["Openings"] = [
            f"The test items were opened {verdict['openings']} times; p-values are corrected."
        ]
    return {title: remarks for title, remarks in found.items() if remarks}
