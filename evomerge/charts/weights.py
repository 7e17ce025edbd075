"""What the winner takes of each parent, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from statistics import fmean
from typing import Any

import altair as alt

from evomerge.charts.figure import Figure, Rows, drawn_from
from evomerge.recipe import Recipe, recipe_from
from evomerge.recipe.entries import Module, Parameters
from evomerge.recipe.names import short_names
from evomerge.recipe.parameters import filters_in, lookup

STEPS = 24
"""Places between the first layer and the last at which weights are drawn."""
ROW = 28
EMBEDDINGS = ""
"""A tensor that no filter is part of."""


def weights(made: Mapping[str, Any]) -> Figure | None:
    """The `weight` (or `t`) of each parent along the depth; None where the recipe has neither.

    Args:
        made: the winner's recipe, as JSON values.
    """
    recipe = recipe_from(dict(made))
    rows = [*weight_rows(recipe)]
    if not rows:
        return None
    names = [*dict.fromkeys(row["row"] for row in rows)]
    chart = (
        drawn_from("rows")
        .mark_rect()
        .encode(
            x=alt.X("from:Q", title="depth: 0 the first layer, 1 the last"),
            x2=alt.X2("to:Q"),
            y=alt.Y("row:N", sort=names, title=None),
            color=alt.Color(
                "weight:Q",
                scale=_scale(rows),
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


def _scale(rows: Rows) -> alt.Scale:
    """From white at no weight; of two colours where some are below it."""
    largest = max(abs(row["weight"]) for row in rows)
    if min(row["weight"] for row in rows) >= 0:
        return alt.Scale(scheme="oranges", domain=[0, largest])
    return alt.Scale(scheme="blueorange", domain=[-largest, largest], domainMid=0)


def weight_rows(recipe: Recipe) -> Iterator[dict[str, Any]]:
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


def _title(rows: Rows) -> str:
    sizes = {name: fmean(abs(one) for one in along) for name, along in by_row(rows).items()}
    return f"The winner weighs {max(sizes, key=sizes.__getitem__)} most"


def by_row(rows: Rows) -> dict[str, list[float]]:
    """The weights of each row, from the first layer to the last."""
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row["row"], []).append(row["weight"])
    return found
