"""What a page shows of a run, as one frozen value."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evomerge.charts.figure import Figure
from evomerge.charts.figures import figures
from evomerge.ledger import State
from evomerge.page.shown_table import ShownTable
from evomerge.page.tables import tables
from evomerge.report.constitution import describe_judge
from evomerge.report.ending import describe_ending, describe_gain
from evomerge.report.halts import describe_halt
from evomerge.report.misses import misses_of
from evomerge.report.passages import describe_quarantine
from evomerge.report.reader import RunReader
from evomerge.report.solved import Solved, solved_in
from evomerge.report.trainings import describe_training
from evomerge.report.verdict import Verdict
from evomerge.report.view import RunState, View
from evomerge.report.wording import describe_front, remarks, summary


@dataclass(frozen=True)
class Content:
    """All that a page shows."""

    name: str
    """The run's folder."""
    state: RunState
    headline: str
    """The verdict in a sentence, or how far the run is."""
    facts: Mapping[str, str]
    """A few key figures by what they are."""
    remarks: tuple[str, ...]
    """What else there is to know of the verdict."""
    figures: Mapping[str, Sequence[Figure]]
    """By section."""
    tables: Mapping[str, Sequence[ShownTable]]
    """By section."""
    misses: tuple[str, ...]
    """What items share that no elite solves, a sentence each."""
    solved: Solved


def content_of(run_dir: str | Path) -> Content:
    """A run as it stands.

    Raises:
        RunFolderError: the folder holds no run, or its ledger is damaged.
    """
    with RunReader(run_dir) as reader:
        return read_content(reader, Path(run_dir).resolve().name)


def read_content(reader: RunReader, name: str) -> Content:
    """A run as it stands.

    Raises:
        RunFolderError: its ledger is damaged.
    """
    history, view, solved = reader.history(), reader.view(), solved_in(reader)
    drawn = figures(view, history)
    return Content(
        name,
        view.state,
        headline(view),
        facts(view),
        tuple(_remarks(view)),
        drawn,
        tables(view, solved),
        (*_missed(solved),),
        solved,
    )


def headline(view: View) -> str:
    """The verdict in a sentence, or how far the run is."""
    if view.release is not None:
        return summary(view.release.verdict)
    limit = None if view.budget is None else view.budget.evaluations
    of = f" of {limit:g}" if limit else ""
    said = f"{view.state}: {view.phase}, {view.evaluations}{of} candidates"
    best = view.best
    if best is not None and best.fitness is not None:
        said += f"; the best has {best.fitness:.3f} on {best.items} search items"
    return said


def facts(view: View) -> dict[str, str]:
    """A few key figures by what they are."""
    return dict(_facts(view))


def _facts(view: View) -> Iterator[tuple[str, str]]:
    failed = view.trials.get(State.FAILED, 0)
    yield "candidates", f"{view.evaluations:,}" + (f" ({failed} failed)" if failed else "")
    yield "time", _duration(view.active_s)
    yield "tokens", f"{view.cost.tokens:,}"
    if view.cost.energy_j is not None:
        yield "energy", f"{view.cost.energy_j / 3600:,.1f} Wh"
    verdict = None if view.release is None else view.release.verdict
    if isinstance(verdict, Verdict) and verdict.difference is not None and verdict.difference > 0:
        points = 100 * verdict.difference
        spent = view.workers.all_s or view.cost.wall_s
        yield "cost of a point gained", f"{spent / points:,.1f} worker seconds"
    yield (
        "sealed items opened",
        {0: "never", 1: "once"}.get(view.openings, f"{view.openings} times"),
    )


def _duration(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {left} s"


def _remarks(view: View) -> Iterator[str]:
    if view.why:
        yield f"{view.state}: {view.why}"
    yield from map(describe_halt, view.halts)
    for before in view.earlier:
        yield f"before it was extended: {summary(before.verdict)}"
    if view.release is not None:
        yield from remarks(view.release.verdict)
    for again in view.promoted_again:
        yield f"tested afterwards: {summary(again.verdict)}"
    yield from describe_quarantine(view)
    if view.constitution is not None:
        yield describe_judge(view.constitution.judge)
    yield from map(describe_ending, view.endings)
    yield from map(describe_gain, view.judged)
    yield from map(describe_training, view.trainings)
    yield from describe_front(view.choice)
    yield from view.cautions
    yield from view.permissions


def _missed(solved: Solved) -> Iterator[str]:
    """What missed items share; those that share nothing in one sentence."""
    groups = misses_of(solved)
    yield from (group.sentence for group in groups if group.shared)
    rest = [f"{group.task} {len(group.items)}" for group in groups if not group.shared]
    if rest:
        yield f"missed, and nothing that tells them from others: {', '.join(rest)}"


def now() -> str:
    """When a page is made, for people to read."""
    return time.strftime("%Y-%m-%d %H:%M")
