"""What each worker did when, and where the time went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt

from evomerge.charts.figure import BLUE, GREEN, ORANGE, PINK, AnyChart, Figure, drawn_from
from evomerge.ledger import State
from evomerge.report.history import PastPart, RunHistory
from evomerge.report.view import View

ROW = 34
WORKER = "worker"
BARS = 1_500
"""Most parts that are drawn one by one; more are drawn as the share of time at work."""
BINS = 120
"""Stretches of time, each with its share of work, where there are more."""
_COLOURS = {"search": BLUE, "validation": GREEN, "test": ORANGE, "failed": PINK}


def timeline(view: View, history: RunHistory) -> Figure | None:
    """Each worker's parts along the run's active seconds; None as long as there are none."""
    parts = history.parts
    if not parts:
        return None
    workers = [*dict.fromkeys(part.worker or WORKER for part in parts)]
    busy = sum(part.cost.wall_s for part in parts)
    one_by_one = len(parts) <= BARS
    end_s = max(view.active_s, *(part.ended_s for part in parts))
    rows = [*(_bars(parts) if one_by_one else _shares(parts, end_s))]
    chart = (_bar_chart if one_by_one else _share_chart)(workers)
    whole = end_s * len(workers)
    share = min(1.0, busy / whole) if whole else 0.0
    who = "worker was" if len(workers) == 1 else f"{len(workers)} workers were"
    title = f"The {who} at work for {share:.0%} of {view.active_s:,.0f} s"
    note = (
        "Each bar is an offspring made and asked; gaps are idle time and the driver's own work."
        if one_by_one
        else f"Of {len(parts):,} parts, the share of each stretch of time that was work."
    )
    return Figure("timeline", title, note, chart, {"rows": rows})


def _bars(parts: Sequence[PastPart]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield {
            "worker": part.worker or WORKER,
            "from": round(part.began_s, 3),
            "to": round(part.ended_s, 3),
            "what": "failed" if part.state is State.FAILED else part.split,
            "items": part.items,
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


def _shares(parts: Sequence[PastPart], end_s: float) -> Iterator[dict[str, Any]]:
    """Each worker's share of work in each stretch of time."""
    width = end_s / BINS
    busy: dict[str, list[float]] = {}
    for part in parts:
        own = busy.setdefault(part.worker or WORKER, [0.0] * BINS)
        for number in range(
            int(part.began_s / width), min(BINS - 1, int(part.ended_s / width)) + 1
        ):
            low, high = number * width, (number + 1) * width
            own[number] += max(0.0, min(part.ended_s, high) - max(part.began_s, low))
    for worker, own in busy.items():
        for number, seconds in enumerate(own):
            yield {
                "worker": worker,
                "from": round(number * width, 2),
                "to": round((number + 1) * width, 2),
                "share": round(min(1.0, seconds / width), 3),
            }
