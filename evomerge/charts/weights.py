"""What the winner takes of each parent, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

import altair as alt

from evomerge.charts.figure import AnyChart, Figure, Rows, drawn_from
from evomerge.recipe import Recipe, recipe_from
from evomerge.recipe.entries import Module, Parameters
from evomerge.recipe.names import short_names
from evomerge.recipe.parameters import filters_in, lookup

STEPS = 24
"""Places between the first layer and the last at which weights are drawn."""
ROW = 28
WEIGHT = ("weight", "t")
"""What a method calls how much it takes of a parent."""
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
    note = (
        "Each row is a parent, or the tensors of it that a filter names; each column a place "
        "between the first and the last layer. Embeddings and head have what stands at depth 0."
    )
    title = f"The winner weighs {_largest(rows)} most"
    return Figure("weights", title, note, _heat_map("weight", rows), {"rows": rows})


def other_parameters(made: Mapping[str, Any]) -> Iterator[Figure]:
    """Each other number that the recipe gives its parents, along the depth, where they differ.

    Args:
        made: the winner's recipe, as JSON values.
    """
    recipe = recipe_from(dict(made))
    own = dict.fromkeys(name for entry in recipe.entries for name in entry.parameters)
    for name in own:
        rows = [] if name in WEIGHT else [*weight_rows(recipe, (name,))]
        if len({row["weight"] for row in rows}) > 1:
            title = f"{_largest(rows)} has the largest {name}"
            note = f"The winner's {name} of each parent, from the first layer to the last."
            yield Figure(f"parameter_{name}", title, note, _heat_map(name, rows), {"rows": rows})


def _heat_map(name: str, rows: Rows) -> AnyChart:
    """Rows of parents, columns of depth.

    Args:
        name: what the colours are.
    """
    names = [*dict.fromkeys(row["row"] for row in rows)]
    chart: AnyChart = (
        drawn_from("rows")
        .mark_rect()
        .encode(
            x=alt.X("from:Q", title="depth: 0 the first layer, 1 the last"),
            x2=alt.X2("to:Q"),
            y=alt.Y("row:N", sort=names, title=None),
            color=alt.Color(
                "weight:Q",
                scale=_scale(rows),
                legend=alt.Legend(title=name, gradientLength=160),
            ),
            tooltip=[
                alt.Tooltip("row:N", title="parent"),
                alt.Tooltip("from:Q", format=".2f", title="depth"),
                alt.Tooltip("weight:Q", format=".3f", title=name),
            ],
        )
        .properties(height=ROW * len(names))
    )
    return chart


def _scale(rows: Rows) -> alt.Scale:
    """From white at no weight; of two colours where some are below it."""
    largest = max(abs(row["weight"]) for row in rows)
    if min(row["weight"] for row in rows) >= 0:
        return alt.Scale(scheme="oranges", domain=[0, largest])
    return alt.Scale(scheme="blueorange", domain=[-largest, largest], domainMid=0)


def weight_rows(recipe: Recipe, wanted: Sequence[str] = WEIGHT) -> Iterator[dict[str, Any]]:
    """Each parent's weight at each place, for each filter that its rules name.

    Args:
        wanted: parameters, of which one stands for the weight.
    """
    short = short_names(recipe.parent_names)
    for place, module in recipe.sections:
        prefix = "" if len(recipe.sections) == 1 else f"{'.'.join(map(str, place))} "
        for model, levels in _levels(recipe, module):
            for name in wanted:
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


def _largest(rows: Rows) -> str:
    """The row of the largest numbers."""
    sizes = {name: fmean(abs(one) for one in along) for name, along in by_row(rows).items()}
    return max(sizes, key=sizes.__getitem__)


def by_row(rows: Rows) -> dict[str, list[float]]:
    """The weights of each row, from the first layer to the last."""
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row["row"], []).append(row["weight"])
    return found
