"""How the winner descends from the root parents, over the cycles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from evomerge.charts.figure import BLUE, GREEN, ORANGE, AnyChart, Figure, drawn_from
from evomerge.recipe import recipe_from
from evomerge.recipe.names import short_names

STAGE = "stage:"
WINNER = "winner"
ROW = 44


def lineage(made: Mapping[str, Any]) -> Figure | None:
    """The winner, the elites that it descends from, and the root parents; None where no merge is
    made of merges.

    Args:
        made: the winner's recipe, as JSON values.
    """
    recipe = recipe_from(dict(made))
    if not recipe.stages:
        return None
    parents = {f"{STAGE}{name}": stage.parent_names for name, stage in recipe.stages.items()}
    parents[WINNER] = recipe.parent_names
    depth = _depths(parents)
    short = {**short_names(name for name in depth if not name.startswith(STAGE))}
    label = {name: short.get(name, name.removeprefix(STAGE)) for name in depth}
    at = _places(depth)
    nodes = [
        {"x": depth[name], "y": at[name], "name": label[name], "kind": _kind(name)}
        for name in depth
    ]
    edges = [
        {"x": depth[parent], "y": at[parent], "x2": depth[name], "y2": at[name]}
        for name, own in parents.items()
        for parent in own
    ]
    rows = max(list(depth.values()).count(level) for level in set(depth.values()))
    chart = alt.layer(*_layers()).properties(height=ROW * (rows + 1))
    title = f"The winner descends from {len(recipe.roots)} parents over {len(recipe.stages)} elites"
    note = "Lines lead from each model to what is merged of it; elites of cycles stand between."
    return Figure("lineage", title, note, chart, {"nodes": nodes, "edges": edges})


def _layers() -> list[AnyChart]:
    """Lines, points and names."""
    axis = alt.Axis(labels=False, ticks=False, domain=False, grid=False)
    x = alt.X("x:Q", title="merges after one another", axis=axis, scale=alt.Scale(padding=60))
    y = alt.Y("y:Q", title=None, axis=axis, scale=alt.Scale(padding=20))
    lines = (
        drawn_from("edges")
        .mark_rule(color="#b6bcc6")
        .encode(x=x, y=y, x2=alt.X2("x2:Q"), y2=alt.Y2("y2:Q"))
    )
    base = drawn_from("nodes").encode(
        x=x, y=y, tooltip=[alt.Tooltip("name:N"), alt.Tooltip("kind:N")]
    )
    colours = alt.Scale(domain=["parent", "elite", WINNER], range=[BLUE, GREEN, ORANGE])
    points = base.mark_point(filled=True, size=160, opacity=1).encode(
        color=alt.Color("kind:N", scale=colours)
    )
    texts = base.mark_text(dy=-14, limit=140).encode(text=alt.Text("name:N"))
    return [lines, points, texts]


def _depths(parents: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """How many merges lie between each model and the root parents; stages come in order."""
    depth = {name: 0 for own in parents.values() for name in own if name not in parents}
    for name, own in parents.items():
        depth[name] = 1 + max((depth.get(parent, 0) for parent in own), default=0)
    return depth


def _places(depth: Mapping[str, int]) -> dict[str, float]:
    """Where each model stands among those of its depth, spread evenly."""
    found = {}
    for level in set(depth.values()):
        names = [name for name, own in depth.items() if own == level]
        for number, name in enumerate(names):
            found[name] = (number + 0.5) / len(names)
    return found


def _kind(name: str) -> str:
    return WINNER if name == WINNER else "elite" if name.startswith(STAGE) else "parent"
