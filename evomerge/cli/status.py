"""How a run stands, for people."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from evomerge.ledger import Split
from evomerge.report.ending import describe_ending
from evomerge.report.view import View
from evomerge.report.wording import remarks, summary


def print_status(view: View) -> None:
    """State, trials, cost, scores and verdict."""
    console = Console(highlight=False, markup=False)
    trials = ", ".join(f"{count} {state}" for state, count in view.trials.items() if count)
    cost = view.cost
    console.print(f"{view.state}, generation {view.generation}; trials: {trials or 'none'}")
    for ending in view.endings:
        console.print(describe_ending(ending), soft_wrap=True)
    console.print(
        f"{view.active_s:.0f} s: merging {cost.merge_s:.0f}, forward passes "
        f"{cost.forward_s:.0f}, other {cost.other_s:.0f}"
    )
    console.print(_tokens(view), soft_wrap=True)
    console.print(_scores(view))
    for before in view.earlier:
        console.print(f"before it was extended: {summary(before.verdict)}", soft_wrap=True)
    if view.release is None:
        console.print("promotion: pending")
        return
    verdict = view.release.verdict
    for line in [*remarks(verdict), summary(verdict)]:
        console.print(line, soft_wrap=True)


def _tokens(view: View) -> str:
    """How many tokens went where."""
    parts = ", ".join(f"{what} {cost.tokens:,}" for what, cost in view.spending.items())
    return f"{view.cost.tokens:,} tokens" + (f": {parts}" if parts else "")


def _scores(view: View) -> Table:
    """Parents, the uniform merge, and the best candidate, by split."""
    table = Table("model", *Split, box=None, pad_edge=False)
    rows = [(model.name, model.scores) for model in view.models]
    rows += [("best", view.leader)] if view.leader is not None else []
    for name, scores in rows:
        table.add_row(name, *("" if score is None else f"{score:.3f}" for score in scores.each))
    return table
