"""What a run came to, for people (stderr) and for programs (stdout)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from evomerge.run.session import Run

_CORE = ("verdict", "items", "winner", "best_parent", "best_parent_name", "uniform")
_TEST = ("difference", "ci95", "p_value")


def print_verdict(run: Run) -> None:
    """The verdict with every comparison, and its core as JSON."""
    verdict = run.verdict
    console = Console(stderr=True, highlight=False)
    console.print(_scores(verdict))
    low, high = verdict["ci95"]
    console.print(
        f"{verdict['verdict']}: {verdict['difference']:+.3f} against the best parent "
        f"({verdict['best_parent_name']}) on {verdict['items']} sealed items, "
        f"95 % interval {low:+.3f} to {high:+.3f}, p = {verdict['p_value']:.2g}\n"
        f"winner: {run.winner}"
    )
    core = {key: verdict[key] for key in (*_CORE, *_TEST)}
    facts = {**core, "weights_sha256": run.weights_sha256, "folder": str(run.winner)}
    print(json.dumps(facts, indent=2))


def _scores(verdict: Mapping[str, Any]) -> Table:
    tasks = list(verdict["scores"]["winner"]["tasks"])
    table = Table(
        "on the sealed items", "fitness", *tasks, "winner is better by", box=None, pad_edge=False
    )
    for name, scores in verdict["scores"].items():
        cells = [scores["fitness"], *(scores["tasks"].get(task) for task in tasks)]
        against = verdict["comparisons"].get(name)
        better = ""
        if against is not None:
            low, high = against["ci95"]
            better = f"{against['difference']:+.3f} [{low:+.3f}, {high:+.3f}]"
        table.add_row(name, *("" if c is None else f"{c:.3f}" for c in cells), better)
    return table


def print_status(facts: Mapping[str, Any]) -> None:
    """A run's status as text."""
    console = Console(highlight=False)
    trials = ", ".join(f"{count} {state}" for state, count in facts["trials"].items() if count)
    cost = facts["cost"]
    console.print(f"{facts['state']}, generation {facts['generation']}; trials: {trials or 'none'}")
    console.print(
        f"{cost['wall_s']:.0f} s: merging {cost['merge_s']:.0f}, forward passes "
        f"{cost['forward_s']:.0f}, other {cost['other_s']:.0f}; {cost['tokens']} tokens"
    )
    table = Table("model", "search", "validation", "test", box=None, pad_edge=False)
    rows = {**facts["parents"], "uniform": facts["uniform"], "best": facts["best"]}
    for name, row in rows.items():
        if row is not None:
            cells = (row.get(split) for split in ("search", "validation", "test"))
            table.add_row(name, *("" if cell is None else f"{cell:.3f}" for cell in cells))
    console.print(table)
    promotion = facts["promotion"]
    if promotion["verdict"] == "pending":
        console.print("promotion: pending")
        return
    low, high = promotion["ci95"]
    console.print(
        f"{promotion['verdict']}: {promotion['winner']:.3f} against {promotion['best_parent']:.3f} "
        f"({promotion['best_parent_name']}), {promotion['difference']:+.3f} "
        f"[{low:+.3f}, {high:+.3f}], p = {promotion['p_value']:.2g}"
    )
