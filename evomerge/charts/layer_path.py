"""Through which layers the winner runs, in order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from evomerge.charts.figure import PALETTE, Figure, drawn_from
from evomerge.recipe import Recipe, recipe_from
from evomerge.recipe.names import short_names

HEIGHT = 300


def layer_path(made: Mapping[str, Any]) -> Figure | None:
    """The steps of the winner's path; None where it has none.

    Args:
        made: the winner's recipe, as JSON values.
    """
    recipe = recipe_from(dict(made))
    if not isinstance(recipe.path, tuple):
        return None
    owners = _owners(recipe)
    rows: list[dict[str, Any]] = [
        {
            "step": number,
            "layer": step.layer,
            "scale": step.scale,
            "model": owners.get(step.layer, "merge"),
        }
        for number, step in enumerate(recipe.path)
    ]
    base = drawn_from("rows").encode(
        x=alt.X("step:Q", title="step of the path", axis=alt.Axis(tickMinStep=1, format="d")),
        y=alt.Y("layer:Q", title="layer", axis=alt.Axis(tickMinStep=1, format="d")),
    )
    line = base.mark_line(color="#b6bcc6", strokeWidth=1)
    points = base.mark_point(filled=True, opacity=1).encode(
        color=alt.Color("model:N", scale=alt.Scale(range=PALETTE)),
        size=alt.Size("scale:Q", scale=alt.Scale(range=[40, 220]), legend=None),
        tooltip=[
            alt.Tooltip("step:Q"),
            alt.Tooltip("layer:Q"),
            alt.Tooltip("model:N"),
            alt.Tooltip("scale:Q", format=".3f"),
        ],
    )
    twice = len(recipe.path) - len({step.layer for step in recipe.path})
    title = f"The winner runs through {len(rows)} layers, {twice} of them once more"
    note = "Points are layers in the order in which they are run; larger ones have larger scales."
    chart = alt.layer(line, points).properties(height=HEIGHT)
    return Figure("layer_path", title, note, chart, {"rows": rows})


def _owners(recipe: Recipe) -> dict[int, str]:
    """Of each layer of the slices, the model that it is from."""
    short = short_names(recipe.parent_names)
    layers = [
        (one.sources[0].model, layer)
        for one in recipe.slices or ()
        for layer in one.sources[0].layers
    ]
    return {number: short[model] for number, (model, _) in enumerate(layers)}
