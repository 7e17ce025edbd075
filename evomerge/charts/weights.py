"""What the winner takes of each parent, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import fmean
from typing import Any

import altair as alt

from evomerge.charts.figure import PALETTE, ZERO, Figure, drawn_from
from evomerge.recipe import Recipe, recipe_from
from evomerge.recipe.entries import Module, Parameters
from evomerge.recipe.names import short_names
from evomerge.recipe.parameters import filters_in, lookup

STEPS = 24
"""Places between the first layer and the last at which weights are drawn."""
ROW = 28
HEIGHT = 240
EMBEDDINGS = ""
"""A tensor that no filter is part of."""


def weights(made: Mapping[str, Any]) -> Figure | None:
    """The `weight` (or `t`) of each parent along the depth; None where the recipe has neither.

    Args:
        made: the winner's recipe, as JSON values.
    """
    recipe = recipe_from(dict(made))
    rows: list[dict[str, Any]] = [*_rows(recipe)]
    if not rows:
        return None
    names = [*dict.fromkeys(row["row"] for row in rows)]
    least = min(row["weight"] for row in rows)
    largest = max(abs(row["weight"]) for row in rows)
    scale = alt.Scale(scheme="oranges", domain=[0, largest])
    if least < 0:
        scale = alt.Scale(scheme="blueorange", domain=[-largest, largest], domainMid=0)
    chart = (
        drawn_from("rows")
        .mark_rect()
        .encode(
            x=alt.X("from:Q", title="depth: 0 the first layer, 1 the last"),
            x2=alt.X2("to:Q"),
            y=alt.Y("row:N", sort=names, title=None),
            color=alt.Color(
                "weight:Q",
                scale=scale,
                legend=alt.Legend(title="weight", gradientLength=160),
            ),
            tooltip=[
                alt.Tooltip("row:N", title="parent"),
                alt.Tooltip("from:Q", format=".2f", title="depth"),
                alt.Tooltip("weight:Q", format=".3f"),
            ],
        )
        .properties(height=ROW * len(names))
    )
    note = (
        "Each row is a parent, or the tensors of it that a filter names; each column a place "
        "between the first and the last layer. Embeddings and head have what stands at depth 0."
    )
    return Figure("weights", _title(rows), note, chart, {"rows": rows})


def _rows(recipe: Recipe) -> Iterator[dict[str, Any]]:
    """Each parent's weight at each place, for each filter that its rules name."""
    short = short_names(recipe.parent_names)
    for place, module in recipe.sections:
        prefix = "" if len(recipe.sections) == 1 else f"{'.'.join(map(str, place))} "
        for model, levels in _levels(recipe, module):
            for name in ("weight", "t"):
                filters = [EMBEDDINGS, *_filters(name, levels)]
                for tensor in dict.fromkeys(filters):
                    label = f"{prefix}{short[model]}" + (f" · {tensor}" if tensor else "")
                    yield from _along(name, levels, tensor, label)


def _levels(recipe: Recipe, module: Module) -> Iterator[tuple[str, list[Parameters]]]:
    """The parameters that hold for each model of a module, from its own to the recipe's."""
    for entry in module.models or ():
        yield entry.model, [entry.parameters, module.parameters, recipe.parameters]
    for one in module.slices or ():
        for source in one.sources:
            yield source.model, [source.parameters, one.parameters, module.parameters]


def _filters(name: str, levels: list[Parameters]) -> list[str]:
    return [f for level in levels if name in level for f in filters_in(level[name]) if f != "*"]


def _along(
    name: str, levels: list[Parameters], tensor: str, label: str
) -> Iterator[dict[str, Any]]:
    for step in range(STEPS):
        value = lookup(name, levels, tensor, step / (STEPS - 1))
        if isinstance(value, bool) or not isinstance(value, int | float):
            return
        yield {"row": label, "from": step / STEPS, "to": (step + 1) / STEPS, "weight": value}


def _title(rows: list[dict[str, Any]]) -> str:
    sizes = {name: fmean(abs(one) for one in along) for name, along in _by_row(rows).items()}
    return f"The winner weighs {max(sizes, key=sizes.__getitem__)} most"


def _by_row(rows: list[dict[str, Any]]) -> dict[str, list[float]]:
    """The weights of each row, from the first layer to the last."""
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row["row"], []).append(row["weight"])
    return found


def from_uniform(made: Mapping[str, Any]) -> Figure | None:
    """By how much each parent's share differs from that in the plain average, along the depth;
    None where weights are no shares of one sum.
    """
    recipe = recipe_from(dict(made))
    if recipe.models is None:
        return None
    along = {
        name: weights
        for name, weights in _by_row([*_rows(recipe)]).items()
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
    zero = drawn_from("zero").mark_rule(strokeDash=[4, 3]).encode(y=alt.Y("at:Q"))
    lines = (
        drawn_from("rows")
        .mark_line(strokeWidth=2.5)
        .encode(
            x=alt.X("depth:Q", title="depth: 0 the first layer, 1 the last"),
            y=alt.Y("share:Q", title="share, minus that of the average"),
            color=alt.Color("row:N", scale=alt.Scale(range=PALETTE), sort=[*along]),
            strokeDash=alt.StrokeDash("row:N", sort=[*along], legend=None),
            tooltip=[
                alt.Tooltip("row:N"),
                alt.Tooltip("depth:Q", format=".2f"),
                alt.Tooltip("share:Q", format="+.3f"),
            ],
        )
    )
    note = (
        "A parent's weight as a share of all weights at that depth, minus the same share for all."
    )
    chart = alt.layer(zero, lines).properties(height=HEIGHT)
    return Figure("from_uniform", title, note, chart, {"rows": rows, "zero": ZERO})
