"""How far several searches had come when as many candidates were scored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import altair as alt

from evomerge.charts.figure import PALETTE, Figure, drawn_from
from evomerge.report.comparing.comparing import RunsCompared
from evomerge.report.comparing.progress import MEASURES, Progress

HEIGHT = 260
POINTS = 300
"""Most points of each line: every so many candidates, and the last."""
TITLES = {
    "evaluations": "candidates scored",
    "items": "search items asked",
    "seconds": "active seconds",
}


def progress_figures(compared: RunsCompared) -> Iterator[Figure]:
    """The best search score of each run by candidates, by items and by seconds."""
    rows = [
        row
        for run, progress in zip(compared.runs, compared.progress, strict=True)
        for row in _rows(run.name, progress)
    ]
    for measure in MEASURES if rows else ():
        chart = (
            drawn_from("rows")
            .mark_line(interpolate="step-after", strokeWidth=2)
            .encode(
                x=alt.X(f"{measure}:Q", title=TITLES[measure]),
                y=alt.Y("best:Q", title="best search score", scale=alt.Scale(zero=False)),
                color=alt.Color("run:N", scale=alt.Scale(range=PALETTE)),
                strokeDash=alt.StrokeDash("run:N", legend=None),
                tooltip=[
                    alt.Tooltip("run:N"),
                    alt.Tooltip(f"{measure}:Q", format=",.0f"),
                    alt.Tooltip("best:Q", format=".3f"),
                ],
            )
            .properties(height=HEIGHT)
        )
        title = f"The best search score, by {TITLES[measure]}"
        note = "Search scores flatter: what winners are worth, items say that no search saw."
        yield Figure(f"progress_{measure}", title, note, chart, {"rows": rows})


def _rows(name: str, progress: Progress) -> Iterator[dict[str, Any]]:
    steps = progress.steps
    every = max(1, len(steps) // POINTS)
    for number, step in enumerate(steps):
        if step.fitness is not None and (number % every == 0 or number == len(steps) - 1):
            yield {"run": name, "best": step.fitness, **step.spent._asdict()}
