"""How a winner was found and what proves it, as sections of its model card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evomerge.recipe.names import short_names

LEAST_P = 1e-6
"""Below it, a p-value says no more of the models than of the approximation that it is made by."""


def write_account(verdict: Mapping[str, Any], lineage: Sequence[str]) -> str:
    """Markdown: the verdict with its table, and the lineage.

    Args:
        verdict: :meth:`evomerge.run.promotion.Verdict.facts`.
        lineage: lines on how the winner was found.
    """
    short = short_names(verdict["scores"])
    tasks = list(verdict["scores"]["winner"]["tasks"])
    lines = [
        f"## Scores: {verdict['verdict']}",
        "",
        _result(verdict, short),
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


def describe_items(verdict: Mapping[str, Any]) -> str:
    """How many questions a verdict rests on, and how many of them hang together."""
    items, units = verdict["items"], verdict["units"]
    return f"{items} sealed items" + (f" in {units} groups" if units < items else "")


def describe_interval(verdict: Mapping[str, Any]) -> str:
    """The interval of the difference, at the level of the test: above 0 where it is shown."""
    low, high = verdict["interval"]
    share = 100 * (1 - 2 * verdict["level"])
    return f"{share:.3g} % interval {low:+.3f} to {high:+.3f}"


def describe_opening(verdict: Mapping[str, Any]) -> list[str]:
    """Which opening of the sealed items it was, and who has seen them before."""
    opening, looks = verdict["opening"], verdict["opening"]["looks"]
    lines = []
    if looks["items"]:
        others = looks["where"][:3]
        more = len(looks["where"]) - len(others)
        lines.append(
            f"{looks['items']} of the sealed items had been looked at before, some of them "
            f"{describe_times(looks['most'])} ({', '.join(others)}"
            + (f" and {more} more)" if more else ")")
        )
    if opening["number"] > 1:
        lines.append(
            f"opening {opening['number']} of these sealed items: the level of its tests is "
            f"{opening['level']:.2g}"
        )
    if opening["registry"] is None:
        lines.append("no registry is kept: openings by other runs are not counted")
    return lines


def describe_times(count: int) -> str:
    """How often, in words."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def describe_p(p_value: float) -> str:
    """A p-value; those that no reader tells apart are the same."""
    return f"p = {p_value:.2g}" if p_value >= LEAST_P else f"p < {LEAST_P:g}"


def _result(verdict: Mapping[str, Any], short: Mapping[str, str]) -> str:
    opened = f"On {describe_items(verdict)}, which nothing in the search saw"
    if verdict["best_parent_name"] is None:
        return f"{opened}: {verdict['winner']:.3f}; not all of its rivals could be scored."
    return (
        f"{opened} (opening {verdict['opening']['number']}): {verdict['winner']:.3f}, against "
        f"{verdict['best_parent']:.3f} of the best parent ({short[verdict['best_parent_name']]}); "
        f"difference {verdict['difference']:+.3f}, {describe_interval(verdict)}, "
        f"{describe_p(verdict['p_value'])} at level {verdict['level']:.2g}, one-sided."
    )


def _remarks(verdict: Mapping[str, Any]) -> dict[str, list[str]]:
    """What speaks against the winner, by its heading."""
    found = {
        "Why it is refused": list(verdict["reasons"]),
        "What looks like an artefact": [flag["sentence"] for flag in verdict["flags"]],
        "Openings": describe_opening(verdict),
    }
    return {title: remarks for title, remarks in found.items() if remarks}
