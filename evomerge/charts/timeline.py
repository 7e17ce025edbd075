"""What each worker did when, and where the time went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import altair as alt

from evomerge.charts.figure import (
    BLUE,
    GREEN,
    ORANGE,
    PINK,
    SKY,
    YELLOW,
    AnyChart,
    Figure,
    drawn_from,
)
from evomerge.ledger import State
from evomerge.report.history import RunHistory
from evomerge.report.view import View

ROW = 34
WORKER = "worker"
BARS = 1_500
"""Most parts that are drawn one by one; more are drawn as the share of time at work."""
BINS = 120
"""Stretches of time, each with its share of work, where there are more."""
_COLOURS = {
    "search": BLUE,
    "validation": GREEN,
    "test": ORANGE,
    "writing items": SKY,
    "training": YELLOW,
    "failed": PINK,
}


def timeline(view: View, history: RunHistory) -> Figure | None:
    """Each worker's parts along the run's active seconds; None as long as there are none."""
    parts = history.parts
    if not parts:
        return None
    works = [*_works(history)]
    crew = {part.worker for part in parts}
    busy = sum(work.took_s for work in works)
    one_by_one = len(works) <= BARS
    end_s = max(view.active_s, *(work.ended_s for work in works))
    rows = [*(_bars(works) if one_by_one else _shares(works, end_s))]
    chart = (_bar_chart if one_by_one else _share_chart)([*dict.fromkeys(w.worker for w in works)])
    whole = end_s * len(crew)
    share = min(1.0, busy / whole) if whole else 0.0
    who = "worker was" if len(crew) == 1 else f"{len(crew)} workers were"
    title = f"The {who} at work for {share:.0%} of {view.active_s:,.0f} s"
    note = (
        "Each bar is an offspring made and asked, or what is done between two cycles; gaps are "
        "idle time and the driver's own work."
        if one_by_one
        else f"Of {len(works):,} parts, the share of each stretch of time that was work."
    )
    return Figure("timeline", title, note, chart, {"rows": rows})


class _Bar(NamedTuple):
    """Some seconds of a worker."""

    worker: str
    began_s: float
    ended_s: float
    took_s: float
    what: str
    items: int


def _works(history: RunHistory) -> Iterator[_Bar]:
    """What was done by whom. Of what is done between cycles the record does not name the worker:
    it is the only one, or has a row of its own.
    """
    for part in history.parts:
        what = "failed" if part.state is State.FAILED else part.split
        worker, took_s = part.worker or WORKER, part.cost.wall_s
        yield _Bar(worker, part.began_s, part.ended_s, took_s, what, part.items)
    crew = {part.worker or WORKER for part in history.parts}
    for one in history.interludes:
        worker = next(iter(crew)) if len(crew) == 1 else "between cycles"
        yield _Bar(worker, one.began_s, one.ended_s, one.took_s, one.what, 0)


def _bars(works: Sequence[_Bar]) -> Iterator[dict[str, Any]]:
    for work in works:
        yield {
            "worker": work.worker,
            "from": round(work.began_s, 3),
            "to": round(work.ended_s, 3),
            "what": work.what,
            "items": work.items,
        }


def _bar_chart(workers: Sequence[str]) -> AnyChart:
    chart: AnyChart = (
        drawn_from("rows")
        .mark_bar(height=ROW - 12)
        .encode(
            x=alt.X("from:Q", title="active seconds of the run"),
            x2=alt.X2("to:Q"),
            y=alt.Y("worker:N", sort=[*workers], title=None),
            color=alt.Color(
                "what:N", scale=alt.Scale(domain=[*_COLOURS], range=[*_COLOURS.values()])
            ),
            tooltip=[
                alt.Tooltip("worker:N"),
                alt.Tooltip("what:N"),
                alt.Tooltip("items:Q"),
                alt.Tooltip("from:Q"),
                alt.Tooltip("to:Q"),
            ],
        )
        .properties(height=ROW * len(workers))
    )
    return chart


def _share_chart(workers: Sequence[str]) -> AnyChart:
    chart: AnyChart = (
        drawn_from("rows")
        .mark_rect()
        .encode(
            x=alt.X("from:Q", title="active seconds of the run"),
            x2=alt.X2("to:Q"),
            y=alt.Y("worker:N", sort=[*workers], title=None),
            color=alt.Color(
                "share:Q",
                scale=alt.Scale(scheme="blues", domain=[0, 1]),
                legend=alt.Legend(title="at work", format="%"),
            ),
            tooltip=[alt.Tooltip("worker:N"), alt.Tooltip("share:Q", format=".0%")],
        )
        .properties(height=ROW * len(workers))
    )
    return chart


def _shares(works: Sequence[_Bar], end_s: float) -> Iterator[dict[str, Any]]:
    """Each worker's share of work in each stretch of time."""
    width = end_s / BINS
    busy: dict[str, list[float]] = {}
    for work in works:
        own = busy.setdefault(work.worker, [0.0] * BINS)
        last = min(BINS - 1, int(work.ended_s / width))
        for number in range(int(work.began_s / width), last + 1):
            low, high = number * width, (number + 1) * width
            own[number] += max(0.0, min(work.ended_s, high) - max(work.began_s, low))
    for worker, own in busy.items():
        for number, seconds in enumerate(own):
            yield {
                "worker": worker,
                "from": round(number * width, 2),
                "to": round((number + 1) * width, 2),
                "share": round(min(1.0, seconds / width), 3),
            }
