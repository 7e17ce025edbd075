"""What a page shows of runs beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evomerge.charts.figure import Figure
from evomerge.charts.progress import progress_figures
from evomerge.page.shown_table import ShownTable
from evomerge.report.comparing.comparing import RunsCompared, compare_runs
from evomerge.report.comparing.winners import WinnersCompared
from evomerge.report.wording import describe_p
from evomerge.score.proof.two_sided import TwoSided


@dataclass(frozen=True)
class ComparedContent:
    """All that a page shows of several runs."""

    names: tuple[str, ...]
    figures: Sequence[Figure]
    tables: Sequence[ShownTable]
    remarks: tuple[str, ...]


def compared_content(runs: Mapping[str, Path]) -> ComparedContent:
    """Runs beside each other, as they stand.

    Args:
        runs: their folders by name.

    Raises:
        UserError: there are fewer than two, or winners were asked no items that they share.
        RunFolderError: a folder holds no run, or its ledger is damaged.
    """
    compared = compare_runs([*runs.values()])
    tables = [_runs(compared), *map(_winners, compared.winners)]
    remarks = [*compared.remarks, *(said for one in compared.winners for said in one.remarks)]
    drawn = [*progress_figures(compared)]
    return ComparedContent(tuple(runs), drawn, tables, tuple(dict.fromkeys(remarks)))


def _runs(compared: RunsCompared) -> ShownTable:
    rows = []
    for run, progress in zip(compared.runs, compared.progress, strict=True):
        spent = progress.spent
        scores = ("–" if score is None else f"{score:.3f}" for score in run.fitness.each)
        counts = (f"{spent.evaluations:,}", f"{spent.items:,}", f"{spent.seconds:,.0f}")
        rows.append((run.name, str(run.seed), *counts, *scores))
    heads = ("run", "seed", "candidates", "items", "seconds", "search", "validation", "sealed")
    return ShownTable("Runs", heads, tuple(rows))


def _winners(winners: WinnersCompared) -> ShownTable:
    """The difference of two winners in fitness, and at each task."""
    what = "sealed" if winners.shared.split == "test" else winners.shared.split.value
    title = f"The winner of {winners.run} less that of {winners.than}, on {what} items"
    heads = ("", "difference", "interval", "", "items")
    return ShownTable(title, heads, tuple(_differences(winners)))


def _differences(winners: WinnersCompared) -> Iterator[tuple[str, ...]]:
    if winners.fitness is not None:
        yield "fitness", *_cells(winners.fitness)
    for task, result in winners.tasks.items():
        yield task, *_cells(result)


def _cells(result: TwoSided) -> tuple[str, ...]:
    low, high = result.interval
    between = f"{low:+.3f} to {high:+.3f}"
    return f"{result.difference:+.3f}", between, describe_p(result.p_value), str(result.items)
