"""What a run came to, for people (stderr) and for programs (stdout)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from rich.table import Table

from evomerge.cli.console import PrintableConsole, plain_table
from evomerge.cli.finalists import finalists_table, genes_table, how_to_test
from evomerge.ledger import RANDOM_SEARCH, UNIFORM, WINNER, is_control
from evomerge.recipe.names import short_names
from evomerge.report.ending import describe_ending, describe_gain
from evomerge.report.genes import genes_of
from evomerge.report.passages import HELD, describe_passage, describe_refused, state_of
from evomerge.report.reader import view_of
from evomerge.report.verdict import Verdict
from evomerge.report.verdict_json import verdict_to_json
from evomerge.report.view import View
from evomerge.report.wording import describe_front, remarks, summary

if TYPE_CHECKING:
    from evomerge.run.folder.finished import Run

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
    verdict, view = run.verdict, view_of(run.folder)
    print_tables(verdict, view)
    console = PrintableConsole(stderr=True, highlight=False, markup=False)
    console.print(how_to_test(verdict.choice.finalists, run.folder), "", soft_wrap=True)
    ended = [*map(describe_ending, view.endings), *map(describe_gain, view.judged)]
    told = [*ended, *describe_front(verdict.choice), *remarks(verdict), summary(verdict)]
    passage = view.passage(verdict.finalist)
    waiting = [] if passage is None else describe_passage(passage, run.folder)
    if passage is None and run.in_quarantine:
        waiting = [describe_refused(run.folder)]
    for line in [*told, f"winner: {run.winner}", *waiting]:
        console.print(line, soft_wrap=True)
    plain = verdict_to_json(verdict)
    core = {key: plain[key] for key in (*_CORE, *_TEST)}
    facts = {**core, "weights_sha256": run.weights_sha256, "folder": str(run.winner)}
    if run.in_quarantine or passage is not None:
        facts["quarantine"] = HELD if passage is None else state_of(passage)
    print(json.dumps(facts, indent=2))


def print_tables(verdict: Verdict, view: View) -> None:
    """Models, tasks, the genes of the one that was tested, and the finalists."""
    console = PrintableConsole(stderr=True, highlight=False, markup=False)
    console.print(_models(verdict), "")
    console.print(_tasks(verdict), "")
    number = verdict.finalist
    genes = genes_of(view.recipe or {}, view.finalists[number].recipe)
    console.print(genes_table(genes, f"finalist {number}" if number else "winner"), "")
    console.print(finalists_table(verdict.choice, number))


def _models(verdict: Verdict) -> Table:
    table = plain_table("sealed items", "fitness", "winner is better by")
    short = short_names(verdict.scores)
    for label, scores in verdict.scores.items():
        better = ""
        if label in verdict.comparisons:
            fitness = verdict.comparisons[label].fitness
            low, high = fitness.interval
            better = f"{fitness.difference:+.3f} ({low:+.3f} to {high:+.3f})"
        table.add_row(short[label], f"{scores.fitness:.3f}", better)
    return table


def _tasks(verdict: Verdict) -> Table:
    """Each task: the winner, the uniform merge, and the parent that is best at it."""
    scores = {label: model.tasks for label, model in verdict.scores.items()}
    others = (WINNER.label, UNIFORM.label, RANDOM_SEARCH.label)
    parents = [label for label in scores if label not in others and not is_control(label)]
    short = short_names(scores)
    table = plain_table("task", "winner", "uniform", "best parent at it")
    for task, value in scores[WINNER.label].items():
        best = max(parents, key=lambda label: scores[label][task], default=None)
        uniform = scores.get(UNIFORM.label, {}).get(task)
        cell = "" if uniform is None else f"{uniform:.3f}"
        of_best = "" if best is None else f"{scores[best][task]:.3f} {short[best]}"
        table.add_row(task, f"{value:.3f}", cell, of_best)
    return table
