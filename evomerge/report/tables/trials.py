"""A row for each candidate: where it came from, what it is, what it scored, what it took."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from evomerge.report.tables.table import Column, DataTable, column_of
from evomerge.report.tables.tried import TriedCandidate, TriedCandidates, tried_candidates

GENE, GOAL = "gene:", "goal:"
"""What the names of columns begin with that the recipe has named."""

_OF: tuple[tuple[str, type, Callable[[TriedCandidate], Any]], ...] = (
    ("number", int, lambda c: c.past.number),
    ("cycle", int, lambda c: c.past.place.cycle),
    ("generation", int, lambda c: c.past.place.generation),
    ("position", int, lambda c: c.past.place.position),
    ("operator", str, lambda c: c.past.operator),
    ("origins", str, lambda c: " ".join(map(str, c.past.origins))),
    ("digest", str, lambda c: c.past.digest),
    ("state", str, lambda c: None if c.past.state is None else c.past.state.value),
    ("reason", str, lambda c: c.past.reason),
    ("fitness", float, lambda c: c.past.fitness),
    ("error", float, lambda c: c.past.error),
    ("violation", float, lambda c: c.past.violation),
    ("items", int, lambda c: c.past.items),
    ("validation", float, lambda c: c.validation),
    ("test", float, lambda c: c.test),
    ("asked_s", float, lambda c: c.past.asked_s),
    ("told_s", float, lambda c: c.past.told_s),
    ("merge_s", float, lambda c: c.cost.merge_s),
    ("forward_s", float, lambda c: c.cost.forward_s),
    ("other_s", float, lambda c: c.cost.other_s),
    ("tokens", int, lambda c: c.cost.tokens),
    ("energy_j", float, lambda c: c.cost.energy_j),
)
"""The name, the kind and the value of each column that every run has."""


def trials_table(run_dir: str | Path) -> DataTable:
    """The candidates of a run, in the order of asking.

    Raises:
        RunFolderError: the folder holds no run, or its ledger is damaged.
    """
    return table_of(tried_candidates(run_dir))


def table_of(tried: TriedCandidates) -> DataTable:
    """Candidates as rows; behind what every run has stand the score at each goal, and the value of
    each gene.

    One that is under way has no state yet. Those of cycle -1 were drawn by the random search that
    is compared with.
    """
    rows = tried.candidates
    fixed = [Column(name, kind, tuple(map(of, rows))) for name, kind, of in _OF]
    goals = [
        Column(f"{GOAL}{goal}", float, tuple(_goal(row, number) for row in rows))
        for number, goal in enumerate(tried.goals, start=1)
    ]
    names = dict.fromkeys([*tried.genes, *(name for row in rows for name in row.values)])
    genes = [column_of(f"{GENE}{name}", [row.values.get(name) for row in rows]) for name in names]
    return DataTable((*fixed, *goals, *genes))


def _goal(row: TriedCandidate, number: int) -> float | None:
    return row.objectives[number].value if number < len(row.objectives) else None
