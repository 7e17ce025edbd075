"""What a run came to, for people (stderr) and for programs (stdout)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from evomerge.cli.finalists import finalists_table, genes_table, how_to_test
from evomerge.ledger import CycleEnded
from evomerge.recipe.names import short_names
from evomerge.report.genes import genes_of
from evomerge.report.status import status
from evomerge.run.account import (
    describe_interval,
    describe_items,
    describe_opening,
    describe_p,
)
from evomerge.run.ending import describe_ending

if TYPE_CHECKING:
    from evomerge.run.session import Run

_CORE = ("verdict", "reasons", "flags", "items", "units", "openings", "level")
_TEST = (
    "winner",
    "best_parent",
    "best_parent_name",
    "uniform",
    "difference",
    "interval",
    "p_value",
)


def print_verdict(run: Run) -> None:
    """The verdict with every comparison, and its core as JSON."""
    verdict = run.verdict
    console = Console(stderr=True, highlight=False, markup=False)
    number, finalists = verdict["finalist"], verdict["selection"]["finalists"]
    console.print(_models(verdict), "")
    console.print(_tasks(verdict), "")
    genes = genes_of(run.folder, finalists[number]["digest"])
    console.print(genes_table(genes, f"finalist {number}" if number else "winner"), "")
    console.print(finalists_table(finalists, number))
    console.print(how_to_test(finalists, run.folder), "", soft_wrap=True)
    ended = [describe_ending(CycleEnded(**ending)) for ending in status(run.folder)["ended"]]
    for line in [*ended, *remarks(verdict), summary(verdict), f"winner: {run.winner}"]:
        console.print(line, soft_wrap=True)
    core = {key: verdict[key] for key in (*_CORE, *_TEST)}
    facts = {**core, "weights_sha256": run.weights_sha256, "folder": str(run.winner)}
    print(json.dumps(facts, indent=2))


def summary(verdict: Mapping[str, Any]) -> str:
    """A verdict in a sentence."""
    if not _is_of_today(verdict):
        return (
            f"{verdict['verdict']} by evomerge 0.1.0: {verdict['winner']:.3f} against "
            f"{verdict['best_parent']:.3f} of the best parent ({verdict['best_parent_name']}) on "
            f"{verdict['items']} sealed items: {verdict['difference']:+.3f}, "
            f"{describe_p(verdict['p_value'])}"
        )
    flagged = f", {len(verdict['flags'])} flagged" if verdict["flags"] else ""
    if verdict["best_parent_name"] is None:
        return f"{verdict['verdict']}{flagged}: nothing can be proved"
    best_parent = short_names(verdict["scores"])[verdict["best_parent_name"]]
    return (
        f"{verdict['verdict']}{flagged}: {verdict['winner']:.3f} against "
        f"{verdict['best_parent']:.3f} of the best parent ({best_parent}) on "
        f"{describe_items(verdict)}: {verdict['difference']:+.3f}, {describe_interval(verdict)}, "
        f"{describe_p(verdict['p_value'])} (level {verdict['level']:.2g})"
    )


def remarks(verdict: Mapping[str, Any]) -> list[str]:
    """What else there is to know of a verdict: why it is refused, flags, openings, luck."""
    if not _is_of_today(verdict):
        return []
    selection = verdict["selection"]
    best = selection["finalists"][verdict["finalist"]]
    lines = [
        f"winner's curse: {selection['curse']:+.3f} ± {selection['curse_error']:.3f} (search items "
        f"{best['search']:.3f}, validation items {best['validation']:.3f}, of which the items "
        f"themselves {selection['drift']:+.3f})"
    ]
    for task, floor in verdict["floors"].items():
        kept = "kept" if floor["shown"] else "NOT shown to be kept"
        lines.append(
            f"floor of {task}: {kept}, {floor['difference']:+.3f} against {floor['against']} "
            f"(lower bound {floor['lower']:+.3f}, margin {floor['margin']:g})"
        )
    lines += describe_opening(verdict)
    lines += [f"flag: {flag['sentence']}" for flag in verdict["flags"]]
    shown = {(flag["task"], flag["what"]) for flag in verdict["flags"]}
    lines += [
        f"flag, on validation items: {flag['sentence']}"
        for flag in best["flags"]
        if (flag["task"], flag["what"]) not in shown
    ]
    return [*lines, *(f"refused: {reason}" for reason in verdict["reasons"])]


def _is_of_today(verdict: Mapping[str, Any]) -> bool:
    """Whether a verdict says all that verdicts say now; those of 0.1.0 say less."""
    return "selection" in verdict


def _models(verdict: Mapping[str, Any]) -> Table:
    table = Table("sealed items", "fitness", "winner is better by", box=None, pad_edge=False)
    short = short_names(verdict["scores"])
    for name, scores in verdict["scores"].items():
        against = verdict["comparisons"].get(name)
        better = ""
        if against is not None:
            low, high = against["interval"]
            better = f"{against['difference']:+.3f} ({low:+.3f} to {high:+.3f})"
        table.add_row(short[name], f"{scores['fitness']:.3f}", better)
    return table


def _tasks(verdict: Mapping[str, Any]) -> Table:
    """Each task: the winner, the uniform merge, and the parent that is best at it."""
    scores = {name: model["tasks"] for name, model in verdict["scores"].items()}
    others = ("winner", "uniform", "random search")
    parents = [name for name in scores if name not in others]
    short = short_names(scores)
    table = Table("task", "winner", "uniform", "best parent at it", box=None, pad_edge=False)
    for task, value in scores["winner"].items():
        best = max(parents, key=lambda name: scores[name][task], default=None)
        uniform = scores.get("uniform", {}).get(task)
        cell = "" if uniform is None else f"{uniform:.3f}"
        of_best = "" if best is None else f"{scores[best][task]:.3f} {short[best]}"
        table.add_row(task, f"{value:.3f}", cell, of_best)
    return table


def _tokens(cost: Mapping[str, Any]) -> str:
    """How many tokens went where."""
    parts = ", ".join(f"{what} {count:,}" for what, count in cost["tokens_for"].items())
    return f"{cost['tokens']:,} tokens" + (f": {parts}" if parts else "")


def print_status(facts: Mapping[str, Any]) -> None:
    """A run's status as text."""
    console = Console(highlight=False, markup=False)
    trials = ", ".join(f"{count} {state}" for state, count in facts["trials"].items() if count)
    cost = facts["cost"]
    console.print(f"{facts['state']}, generation {facts['generation']}; trials: {trials or 'none'}")
    for ending in facts["ended"]:
        console.print(describe_ending(CycleEnded(**ending)), soft_wrap=True)
    console.print(
        f"{cost['wall_s']:.0f} s: merging {cost['merge_s']:.0f}, forward passes "
        f"{cost['forward_s']:.0f}, other {cost['other_s']:.0f}"
    )
    console.print(_tokens(cost), soft_wrap=True)
    table = Table("model", "search", "validation", "test", box=None, pad_edge=False)
    short = short_names(facts["parents"])
    parents = {short[name]: row for name, row in facts["parents"].items()}
    rows = {**parents, "uniform": facts["uniform"], "best": facts["best"]}
    for name, row in rows.items():
        if row is not None:
            cells = (row.get(split) for split in ("search", "validation", "test"))
            table.add_row(name, *("" if cell is None else f"{cell:.3f}" for cell in cells))
    console.print(table)
    for promotion in facts["earlier"]:
        console.print(f"before it was extended: {summary(promotion)}", soft_wrap=True)
    promotion = facts["promotion"]
    if promotion["verdict"] == "pending":
        console.print("promotion: pending")
        return
    for line in [*remarks(promotion), summary(promotion)]:
        console.print(line, soft_wrap=True)
