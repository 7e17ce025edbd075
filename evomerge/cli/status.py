"""How a run stands, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from rich.table import Table

from evomerge.cli.console import PrintableConsole
from evomerge.cli.finalists import finalists_table
from evomerge.cli.standing import table_of_splits
from evomerge.report.constitution import describe_judge
from evomerge.report.ending import describe_ending, describe_gain
from evomerge.report.halts import describe_halt
from evomerge.report.made import describe_made
from evomerge.report.passages import describe_quarantine
from evomerge.report.phase import Phase
from evomerge.report.trainings import describe_beginning, describe_training
from evomerge.report.view import RunState, View
from evomerge.report.wording import describe_front, remarks, summary

HALF_S = 0.5
"""Seconds that are not told: they round to none."""


def print_status(view: View, run_dir: object = "RUN_DIR") -> None:
    """State, trials, cost, scores and verdict.

    Args:
        run_dir: the run's folder, as a command names it.
    """
    console = PrintableConsole(highlight=False, markup=False)
    trials = ", ".join(f"{count} {state}" for state, count in view.trials.items() if count)
    where = "no candidate" if view.generation is None else f"generation {view.generation}"
    standing = f"{_state(view)}, {where}; trials: {trials or 'none'}"
    console.print(standing, soft_wrap=True)
    if view.why:
        console.print(f"why: {view.why}", soft_wrap=True)
    told = [map(describe_ending, view.endings), map(describe_gain, view.judged)]
    told += [map(describe_training, view.trainings), map(describe_halt, view.halts)]
    for line in chain(*told, describe_made(view.made)):
        console.print(line, soft_wrap=True)
    for line in _constitution(view):
        console.print(line, soft_wrap=True)
    console.print(_seconds(view), soft_wrap=True)
    console.print(_tokens(view), soft_wrap=True)
    console.print(_scores(view))
    if view.choice.front is not None:
        console.print(finalists_table(view.choice))
        console.print(*describe_front(view.choice), soft_wrap=True)
    for before in view.earlier:
        console.print(f"before it was extended: {summary(before.verdict)}", soft_wrap=True)
    if view.release is None:
        console.print("promotion: pending")
        return
    verdict = view.release.verdict
    for line in [*remarks(verdict), summary(verdict), *describe_quarantine(view, run_dir)]:
        console.print(line, soft_wrap=True)


def _state(view: View) -> str:
    """Whether the run goes on, and with what."""
    if view.state is not RunState.RUNNING or view.phase is Phase.FINISHED:
        return view.state
    if view.training is not None:
        return f"{view.state}: {describe_beginning(view.training.began)}, {view.training.done} done"
    return f"{view.state}: {view.phase}"


def _constitution(view: View) -> Iterator[str]:
    """How good its judge is, and who breaks it on how many probes."""
    constitution = view.constitution
    if constitution is None:
        return
    yield describe_judge(constitution.judge)
    if constitution.audits:
        counts = (
            f"{constitution.names[audit.name]} {audit.violations} of {audit.probes}"
            for audit in constitution.audits
        )
        yield f"constitution, violations: {', '.join(counts)}"


def _seconds(view: View) -> str:
    """How many seconds the run took, and what its workers did with theirs."""
    spent, cost = view.workers, view.cost
    if not spent.all_s:  # of an earlier version
        parts = {"merging": cost.merge_s, "forward passes": cost.forward_s, "other": cost.other_s}
        return f"{view.active_s:.0f} s: {_parts(parts)}"
    parts = {what: seconds for what, seconds in spent.ways.items() if seconds >= HALF_S}
    return f"{view.active_s:.0f} s; {spent.all_s:.0f} s of workers: {_parts(parts)}"


def _parts(parts: Mapping[str, float]) -> str:
    return ", ".join(f"{what} {seconds:.0f}" for what, seconds in parts.items())


def _tokens(view: View) -> str:
    """How many tokens went where."""
    parts = ", ".join(f"{what} {cost.tokens:,}" for what, cost in view.spending.items())
    energy_j = view.cost.energy_j
    energy = "" if energy_j is None else f"; {energy_j / 3600:,.1f} Wh of the workers' devices"
    return f"{view.cost.tokens:,} tokens" + (f": {parts}" if parts else "") + energy


def _scores(view: View) -> Table:
    """Parents, the uniform merge, and the best candidate, by split."""
    rows = [(model.name, model.scores) for model in view.models]
    rows += [("best", view.leader)] if view.leader is not None else []
    return table_of_splits(rows)
