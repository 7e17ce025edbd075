"""What a page shows of a run, as one frozen value."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evomerge.charts.figure import Figure
from evomerge.charts.figures import figures
from evomerge.ledger import State
from evomerge.recipe.names import short_names
from evomerge.report.ending import describe_ending, describe_gain
from evomerge.report.genes import genes_of
from evomerge.report.misses import misses_of
from evomerge.report.reader import RunReader
from evomerge.report.solved import Solved, solved_in
from evomerge.report.verdict import Verdict
from evomerge.report.view import RunState, View
from evomerge.report.wording import describe_front, remarks, summary


@dataclass(frozen=True)
class Table:
    """Rows of texts under a heading."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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
    tables: Mapping[str, Sequence[Table]]
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
        {
            "verdict": [*_verdict_tables(view)],
            "course": [_models(view)],
            "winner": [*_winner(view)],
            "items": [_winning(solved)] if solved.graded else [],
        },
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
    for before in view.earlier:
        yield f"before it was extended: {summary(before.verdict)}"
    if view.release is not None:
        yield from remarks(view.release.verdict)
    for again in view.promoted_again:
        yield f"tested afterwards: {summary(again.verdict)}"
    yield from map(describe_ending, view.endings)
    yield from map(describe_gain, view.judged)
    yield from describe_front(view.choice)
    yield from view.cautions
    yield from view.permissions


def _verdict_tables(view: View) -> Iterator[Table]:
    """All that was scored on sealed items, in figures."""
    verdict = None if view.release is None else view.release.verdict
    if not isinstance(verdict, Verdict):
        return
    short = short_names(verdict.scores)
    tasks = [*next(iter(verdict.scores.values())).tasks]
    rows = []
    for label, scores in verdict.scores.items():
        against = verdict.comparisons.get(label)
        better = ""
        if against is not None:
            low, high = against.fitness.interval
            better = f"{against.fitness.difference:+.3f} ({low:+.3f} to {high:+.3f})"
        means = (_score(scores.tasks.get(task)) for task in tasks)
        rows.append((short[label], _score(scores.fitness), better, *means))
    heads = ("model", "fitness", "winner is better by", *tasks)
    yield Table("Scores on the sealed items", heads, tuple(rows))


def _models(view: View) -> Table:
    rows = [(model.name, *map(_score, model.scores.each)) for model in view.models]
    if view.leader is not None:
        who = "winner" if view.winner else "best candidate"
        rows.append((who, *map(_score, view.leader.each)))
    heads = ("model", "search items", "validation items", "sealed items")
    return Table("Fitness on each split", heads, tuple(rows))


def _winner(view: View) -> Iterator[Table]:
    """The winner's genes, and the finalists."""
    if not view.finalists:
        return
    made = view.finalists[0].recipe
    genes = genes_of(view.recipe or {}, made) if made else {}
    listed = {name: value if isinstance(value, list) else [value] for name, value in genes.items()}
    rows = tuple((name, ", ".join(map(_figure, value))) for name, value in listed.items())
    yield Table("The winner's genes", ("gene", "value"), rows)
    finalists = tuple(
        (
            str(number),
            _score(one.ranked.search),
            _score(one.ranked.validation),
            one.ranked.digest[:12],
        )
        for number, one in enumerate(view.finalists)
    )
    yield Table("Finalists, best first", ("finalist", "search", "validation", "digest"), finalists)


def _missed(solved: Solved) -> Iterator[str]:
    """What missed items share; those that share nothing in one sentence."""
    groups = misses_of(solved)
    yield from (group.sentence for group in groups if group.shared)
    rest = [f"{group.task} {len(group.items)}" for group in groups if not group.shared]
    if rest:
        yield f"missed, and nothing that tells them from others: {', '.join(rest)}"


def _winning(solved: Solved) -> Table:
    """How many items the winner alone solves, and loses, task by task."""
    kinds = (solved.by_winner_alone, solved.lost_by_winner, solved.missed_by_elites)
    counts = [Counter(one.task for one in items) for items in kinds]
    tasks = dict.fromkeys(one.task for one in solved.graded)
    rows = tuple((task, *(str(count[task]) for count in counts)) for task in sorted(tasks))
    heads = ("task", "by the winner and no parent", "by a parent and not the winner", "by no elite")
    return Table("Items that are solved", heads, rows)


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _figure(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def now() -> str:
    """When a page is made, for people to read."""
    return time.strftime("%Y-%m-%d %H:%M")
