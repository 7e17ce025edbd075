"""All figures of a run, in the order in which they are looked at."""

from __future__ import annotations

from collections.abc import Iterator

from evomerge.charts.course import course
from evomerge.charts.figure import Figure
from evomerge.charts.forest import forest, forest_by_task
from evomerge.charts.gains import gains
from evomerge.charts.genes import gene_figures
from evomerge.charts.layer_path import layer_path
from evomerge.charts.lineage import lineage
from evomerge.charts.made import made
from evomerge.charts.races import errors, races
from evomerge.charts.shares import from_uniform
from evomerge.charts.spent import failures, tokens, worker_time
from evomerge.charts.timeline import timeline
from evomerge.charts.watched import watched
from evomerge.charts.weights import other_parameters, weights
from evomerge.ledger import Split
from evomerge.report.history import RunHistory
from evomerge.report.verdict import Verdict
from evomerge.report.view import View

SECTIONS = {
    "verdict": "Verdict",
    "course": "Along the search",
    "items": "Who solves what",
    "made": "Items that the population wrote",
    "winner": "The winner",
    "genes": "Genes",
    "rails": "Under rails",
    "work": "Races, workers and cost",
}
"""Parts of a report by name, in order."""


def figures(view: View, history: RunHistory) -> dict[str, list[Figure]]:
    """The figures of each part of a report, those that there is something to draw of."""
    return {
        "verdict": [*_verdict(view)],
        "course": _some(course(view, history)),
        "items": [],
        "made": _some(made(view.made)),
        "winner": [*_winner(view)],
        "genes": [*gene_figures(history, view.recipe)] if view.recipe else [],
        "rails": [*watched(view.watch)],
        "work": _some(
            races(history, view.items.get(Split.SEARCH, 0)),
            errors(history),
            timeline(view, history),
            worker_time(view),
            tokens(view),
            failures(history),
        ),
    }


def _verdict(view: View) -> Iterator[Figure]:
    verdict = None if view.release is None else view.release.verdict
    if isinstance(verdict, Verdict):
        yield from _some(
            forest(verdict), forest_by_task(verdict), gains(verdict, view.recipe or {})
        )


def _winner(view: View) -> Iterator[Figure]:
    """What the winner is made of; of a run that has none yet, nothing."""
    if view.finalists and (made := view.finalists[0].recipe):
        yield from _some(weights(made), *other_parameters(made))
        yield from _some(from_uniform(made), layer_path(made), lineage(view))


def _some(*drawn: Figure | None) -> list[Figure]:
    return [figure for figure in drawn if figure is not None]
