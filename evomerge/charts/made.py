"""What became of the documents that the population wrote."""

from __future__ import annotations

from typing import Any

import altair as alt

from evomerge.charts.figure import BLUE, GREY, ORANGE, Figure, drawn_from
from evomerge.report.made import ViewedCurriculum

KINDS = {"scored on": BLUE, "for training": ORANGE, "refused": GREY}
"""What becomes of a document, and its colour."""


def made(curriculum: ViewedCurriculum | None) -> Figure | None:
    """Each writer's documents by what became of them; None where nobody wrote any."""
    if curriculum is None or not any(one.drawn for one in curriculum.writers):
        return None
    rows: list[dict[str, Any]] = []
    for one in curriculum.writers:
        counts = (one.scored, one.kept - one.scored, one.drawn - one.kept)
        for order, (what, count) in enumerate(zip(KINDS, counts, strict=True)):
            rows.append({"writer": one.writer, "what": what, "documents": count, "order": order})
    chart = (
        drawn_from("rows")
        .mark_bar()
        .encode(
            x=alt.X("sum(documents):Q", title="documents", axis=alt.Axis(tickMinStep=1)),
            y=alt.Y("writer:N", sort=[one.writer for one in curriculum.writers], title=None),
            color=alt.Color(
                "what:N", scale=alt.Scale(domain=[*KINDS], range=[*KINDS.values()]), sort=[*KINDS]
            ),
            order=alt.Order("order:Q"),
            tooltip=[
                alt.Tooltip("writer:N"),
                alt.Tooltip("what:N"),
                alt.Tooltip("documents:Q"),
            ],
        )
        .properties(height=30 * len(curriculum.writers))
    )
    drawn = sum(one.drawn for one in curriculum.writers)
    return Figure(
        "made",
        f"{curriculum.kept} of {drawn} documents that were written became items",
        "What a model wrote is for training alone, and no candidate is scored on it.",
        chart,
        {"rows": rows},
    )
