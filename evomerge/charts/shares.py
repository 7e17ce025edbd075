"""What the winner takes of each parent, held against the plain average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from evomerge.charts.figure import PALETTE, ZERO, AnyChart, Figure, drawn_from
from evomerge.charts.weights import STEPS, by_row, weight_rows
from evomerge.recipe import recipe_from

HEIGHT = 240


def from_uniform(made: Mapping[str, Any]) -> Figure | None:
    """By how much each parent's share differs from that in the plain average, along the depth;
    None where weights are no shares of one sum.
    """
    recipe = recipe_from(dict(made))
    if recipe.models is None:
        return None
    along = {
        name: weights
        for name, weights in by_row([*weight_rows(recipe)]).items()
        if len(weights) == STEPS
    }
    if len(along) < 2:
        return None
    sums = [sum(map(abs, at)) or 1.0 for at in zip(*along.values(), strict=True)]
    rows: list[dict[str, Any]] = [
        {"row": name, "depth": step / (STEPS - 1), "share": weight / sums[step] - 1 / len(along)}
        for name, weights in along.items()
        for step, weight in enumerate(weights)
    ]
    most = max(rows, key=lambda row: abs(row["share"]))
    side = "more" if most["share"] > 0 else "less"
    by = f"{side} by up to {abs(most['share']):.2f}"
    title = f"Compared with the plain average, {most['row']} counts {by}"
    note = (
        "A parent's weight as a share of all weights at that depth, minus the same share for all."
    )
    return Figure("from_uniform", title, note, _lines([*along]), {"rows": rows, "zero": ZERO})


def _lines(names: Sequence[str]) -> AnyChart:
    zero = drawn_from("zero").mark_rule(strokeDash=[4, 3]).encode(y=alt.Y("at:Q"))
    lines = (
        drawn_from("rows")
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("depth:Q", title="depth: 0 the first layer, 1 the last"),
            y=alt.Y("share:Q", title="share, minus that of the average"),
            color=alt.Color("row:N", scale=alt.Scale(range=PALETTE), sort=[*names]),
            strokeDash=alt.StrokeDash("row:N", sort=[*names], legend=None),
            tooltip=[
                alt.Tooltip("row:N"),
                alt.Tooltip("depth:Q", format=".2f"),
                alt.Tooltip("share:Q", format="+.3f"),
            ],
        )
    )
    return alt.layer(zero, lines).properties(height=HEIGHT)
