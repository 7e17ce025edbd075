"""How many items candidates were asked, and which were cut."""

from __future__ import annotations

from collections import Counter
from typing import Any

import altair as alt

from evomerge.charts.figure import BLUE, GREY, ORANGE, AnyChart, Figure, drawn_from
from evomerge.ledger import Place, State
from evomerge.report.history import RunHistory

HEIGHT = 220
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
