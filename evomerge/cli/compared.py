"""Runs compared, printed to be read."""

from __future__ import annotations

from rich.table import Table

from evomerge.cli.console import PrintableConsole
from evomerge.report.comparing.comparing import RunsCompared
from evomerge.report.comparing.progress import EqualSpending
from evomerge.report.comparing.seeds import SeedSpread
from evomerge.report.comparing.winners import WinnersCompared
from evomerge.report.wording import describe_p
from evomerge.score.proof.statistics import ALPHA
from evomerge.score.proof.two_sided import TwoSided


def print_compared(compared: RunsCompared) -> None:
    """Runs, winners against the first, what searches had reached, seeds, and what to know of it."""
    console = PrintableConsole(highlight=False, markup=False)
    console.print(_runs(compared), "")
    for winners in compared.winners:
        what = "sealed" if winners.shared.split == "test" else winners.shared.split.value
        title = f"the winner of {winners.run} less that of {winners.than}, on {what} items:"
        console.print(title, soft_wrap=True)
        console.print(_winners(winners), *winners.remarks, "", sep="\n", soft_wrap=True)
    if compared.spending:
        console.print(_spending(compared), "")
    for spread in compared.spreads:
        console.print(_seeds(spread), "")
    console.print(*compared.remarks, sep="\n", soft_wrap=True)


def _table(*heads: str) -> Table:
    return Table(*heads, box=None, pad_edge=False)


def _runs(compared: RunsCompared) -> Table:
    table = _table("run", "seed", "evaluations", "items", "seconds", "search", "validation", "test")
    for run, progress in zip(compared.runs, compared.progress, strict=True):
        spent = progress.spent
        table.add_row(
            run.name,
            str(run.seed),
            f"{spent.evaluations:,}",
            f"{spent.items:,}",
            f"{spent.seconds:,.1f}",
            *map(_figure, run.fitness.each),
        )
    return table


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"


def _winners(winners: WinnersCompared) -> Table:
    """The difference in fitness, and behind it that at each task."""
    table = _table("", "difference", f"{100 * (1 - ALPHA):.3g} % interval", "p", "corrected", "on")
    if winners.fitness is not None:
        table.add_row("fitness", *_cells(winners.fitness, winners.corrected))
    for task, result in winners.tasks.items():
        table.add_row(task, *_cells(result, winners.corrected_tasks[task]))
    return table


def _cells(result: TwoSided, corrected: float | None) -> tuple[str, ...]:
    low, high = result.interval
    return (
        f"{result.difference:+.3f}",
        f"{low:+.3f} to {high:+.3f}",
        describe_p(result.p_value).removeprefix("p = ").removeprefix("p "),
        "" if corrected is None else f"{corrected:.2g}",
        f"{result.items}" + (f" in {result.units} groups" if result.units < result.items else ""),
    )


def _spending(compared: RunsCompared) -> Table:
    names = [run.name for run in compared.runs]
    table = _table("best search score by", "at", *names)
    for row in compared.spending:
        table.add_row(row.measure, _amount(row), *map(_figure, row.best))
    return table


def _amount(row: EqualSpending) -> str:
    return f"{row.amount:,.1f}" if row.measure == "seconds" else f"{row.amount:,.0f}"


def _seeds(spread: SeedSpread) -> Table:
    seeds = ", ".join(map(str, spread.seeds))
    table = _table(f"winners over seeds {seeds}", "mean", "deviation", "least", "most")
    for split, one in spread.fitness.items():
        figures = (one.mean, one.deviation, one.least, one.most)
        table.add_row(f"{split} items", *(f"{figure:.3f}" for figure in figures))
    return table
