"""Where candidates lie in the ranges of several genes at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from evomerge.charts.figure import Figure, drawn_from
from evomerge.report.history import PastCandidate

LINES = 200
"""Candidates that are drawn: the best ones, and as many of the others."""


def parallel(
    candidates: Sequence[PastCandidate], names: Mapping[int, str], genes: Sequence[int]
) -> Figure:
    """Each candidate as a line through its genes, in their ranges, coloured by fitness."""
    ranked = sorted(candidates, key=lambda c: -(c.fitness or 0.0))
    rest = ranked[LINES:]
    drawn = [*ranked[:LINES], *rest[:: max(1, math.ceil(len(rest) / LINES))]]
    labels = [names[gene] for gene in genes]
    rows: list[dict[str, Any]] = [
        {"candidate": c.number, "gene": names[gene], "at": c.genome[gene], "fitness": c.fitness}
        for c in reversed(drawn)
        for gene in genes
    ]
    chart = (
        drawn_from("rows")
        .mark_line(strokeOpacity=0.35, strokeWidth=1)
        .encode(
            x=alt.X(
                "gene:N", sort=labels, title=None, axis=alt.Axis(labelAngle=-30, labelLimit=140)
            ),
            y=alt.Y("at:Q", title="place in the gene's range", scale=alt.Scale(domain=[0, 1])),
            detail=alt.Detail("candidate:N"),
            color=alt.Color(
                "fitness:Q", scale=alt.Scale(scheme="viridis"), legend=alt.Legend(title="fitness")
            ),
            tooltip=[alt.Tooltip("candidate:Q"), alt.Tooltip("fitness:Q", format=".3f")],
        )
        .properties(height=280)
    )
    title = f"Where {len(drawn)} candidates lie in the genes' ranges"
    best = min(LINES, len(ranked))
    note = f"Each line is a candidate: the {best} best, and an even sample of the others."
    return Figure("parallel", title, note, chart, {"rows": rows})
