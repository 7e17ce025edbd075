"""How many items candidates were asked, and which were cut."""

from __future__ import annotations

import math
from collections import Counter
from statistics import median
from typing import Any

import altair as alt

from evomerge.charts.figure import BLUE, GREY, ORANGE, AnyChart, Figure, drawn_from
from evomerge.ledger import Place, State
from evomerge.report.history import RunHistory

HEIGHT = 220
DRAWN = 1_000
"""Most candidates of which each is a point: every so many of them, where there are more."""
_COLOURS = {
    State.SCORED: BLUE,
    State.PRUNED: GREY,
    State.FAILED: ORANGE,
    State.CANCELLED: "#000000",
}


def races(history: RunHistory, items: int) -> Figure | None:
    """Candidates of each generation by how they ended; None as long as none has.

    Args:
        items: how many search items there are.
    """
    ended = [c for c in history.candidates if c.is_of_search and c.state is not None]
    if not ended:
        return None
    numbers = {place: n for n, place in enumerate(sorted({_of(c.place) for c in ended}))}
    counts = Counter((numbers[_of(c.place)], c.state) for c in ended if c.state is not None)
    rows: list[dict[str, Any]] = [
        {"generation": generation, "state": state.value, "candidates": count}
        for (generation, state), count in sorted(counts.items())
    ]
    asked = sum(c.items for c in ended)
    share = asked / (len(ended) * items) if items else 1.0
    cut = sum(c.state is State.PRUNED for c in ended)
    title = f"{cut} of {len(ended)} candidates were cut early; {share:.0%} of all items were asked"
    note = f"A candidate that is cut (pruned) was not asked all of the {items:,} search items."
    return Figure("races", title, note, _bars(), {"rows": rows})


def errors(history: RunHistory) -> Figure | None:
    """What a score was known to when the search was told of it, by how many items were asked; None
    where all were asked of everybody.
    """
    known = [c for c in history.candidates if c.is_of_search and c.error]
    if not known:
        return None
    every = max(1, math.ceil(len(known) / DRAWN))
    rows = [{"items": c.items, "error": c.error, "candidate": c.number} for c in known[::every]]
    chart = (
        drawn_from("rows")
        .mark_point(size=14, strokeOpacity=0.5, color=BLUE)
        .encode(
            x=alt.X("items:Q", title="search items asked"),
            y=alt.Y("error:Q", title="standard error of the fitness"),
            tooltip=[
                alt.Tooltip("candidate:Q"),
                alt.Tooltip("items:Q"),
                alt.Tooltip("error:Q", format=".4f"),
            ],
        )
        .properties(height=HEIGHT)
    )
    middle = median(c.error for c in known if c.error)
    title = f"Scores were known to ±{middle:.3f} when the search was told of them"
    note = "Each point is a candidate; the error is over draws of the items that it was asked."
    return Figure("errors", title, note, chart, {"rows": rows})


def _bars() -> AnyChart:
    chart: AnyChart = (
        drawn_from("rows")
        .mark_bar()
        .encode(
            x=alt.X(
                "generation:O", title="generation", axis=alt.Axis(labelOverlap=True, labelAngle=0)
            ),
            y=alt.Y("candidates:Q", title="candidates", axis=alt.Axis(tickMinStep=1)),
            color=alt.Color(
                "state:N",
                scale=alt.Scale(
                    domain=[state.value for state in _COLOURS], range=[*_COLOURS.values()]
                ),
            ),
            tooltip=[
                alt.Tooltip("generation:O"),
                alt.Tooltip("state:N"),
                alt.Tooltip("candidates:Q"),
            ],
        )
        .properties(height=HEIGHT)
    )
    return chart


def _of(place: Place) -> tuple[int, int]:
    return place.cycle, place.generation
