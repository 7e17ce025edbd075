"""How the winner descends from the root parents, over the cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from evomerge.charts.figure import BLUE, GREEN, ORANGE, PINK, AnyChart, Figure, drawn_from
from evomerge.ledger import AdapterTrained
from evomerge.recipe import Recipe, recipe_from
from evomerge.recipe.names import short_names
from evomerge.report.trainings import describe_examples
from evomerge.report.view import View

WINNER = "winner"
PARENT, ELITE, ADAPTER = "parent", "elite", "adapter"
ROW = 44


def lineage(view: View) -> Figure | None:
    """The winner, the elites and adapters that it descends from, and the root parents; None where
    no merge is made of merges or of what the run trained.
    """
    family = _family(view)
    if family is None:
        return None
    depth, short = family.depths(), short_names(family.names)
    at = _places(depth)
    nodes = [
        {"x": depth[name], "y": at[name], "name": short[name], **family.described(name)}
        for name in family.names
    ]
    edges = [
        {
            "x": depth[parent],
            "y": at[parent],
            "x2": depth[name],
            "y2": at[name],
            "counts": "yes" if counts else "weight 0",
        }
        for name, own in family.parents.items()
        for parent, counts in own.items()
    ]
    rows = max([*depth.values()].count(level) for level in {*depth.values()})
    chart = alt.layer(*_layers()).properties(height=ROW * (rows + 1))
    note = (
        "Lines lead from each model to what was made of it: adapters by training, all else by "
        "merging. A dashed line is a parent of weight 0, of which nothing is in the merge."
    )
    return Figure("lineage", family.title(), note, chart, {"nodes": nodes, "edges": edges})


@dataclass(frozen=True)
class _Family:
    """Who is made of whom.

    Args:
        parents: of each elite, each adapter and at last the winner, and whether they count for
            anything in it.
        trained: what is on record of each adapter, by its name as a parent.
    """

    parents: Mapping[str, Mapping[str, bool]]
    trained: Mapping[str, AdapterTrained]

    @property
    def names(self) -> list[str]:
        """All of them, root parents first."""
        all_of_them = [*(parent for own in self.parents.values() for parent in own), *self.parents]
        return sorted(dict.fromkeys(all_of_them), key=lambda name: name in self.parents)

    def depths(self) -> dict[str, int]:
        """How many steps lie between each and the root parents. An adapter stands beside the elites
        of the cycle that it was trained after.
        """
        depth = dict.fromkeys((name for name in self.names if name not in self.parents), 0)
        for name, own in self.parents.items():
            least = self.trained[name].cycle if name in self.trained else 0
            depth[name] = 1 + max([least, *(depth[parent] for parent in own)])
        return depth

    def kind(self, name: str) -> str:
        if name == WINNER:
            return WINNER
        return ADAPTER if name in self.trained else ELITE if name in self.parents else PARENT

    def described(self, name: str) -> dict[str, str]:
        """What it is, and of an adapter what it was trained on."""
        kind = self.kind(name)
        if kind != ADAPTER:
            return {"kind": kind, "from": ""}
        return {"kind": kind, "from": describe_examples(self.trained[name].examples)}

    def title(self) -> str:
        """What the winner has something of."""
        reached, ahead = set[str](), [WINNER]
        while ahead:
            own = self.parents.get(ahead.pop(), {})
            new = [parent for parent, counts in own.items() if counts and parent not in reached]
            reached.update(new)
            ahead += new
        kinds = [self.kind(name) for name in reached]
        counts = [(kinds.count(kind), kind) for kind in (ELITE, ADAPTER)]
        over = " and ".join(_counted(count, kind) for count, kind in counts if count)
        said = f"The winner descends from {_counted(kinds.count(PARENT), PARENT)}"
        return f"{said} over {over}" if over else said


def _counted(count: int, kind: str) -> str:
    return f"{count} {kind}" + ("" if count == 1 else "s")


def _family(view: View) -> _Family | None:
    """Of the winner; None where it is made of root parents alone."""
    if not view.finalists or not view.finalists[0].recipe:
        return None
    winner = view.finalists[0]
    made = {**winner.elites, WINNER: winner.recipe}
    recipes = {name: recipe_from(dict(recipe)) for name, recipe in made.items()}
    merged = {name: _parents(recipe) for name, recipe in recipes.items()}
    trained = _trained([parent for own in merged.values() for parent in own], view)
    if not winner.elites and not trained:
        return None
    adapters = {name: {one.base: True} for name, one in trained.items()}
    return _Family({**adapters, **merged}, trained)


def _trained(names: Sequence[str], view: View) -> dict[str, AdapterTrained]:
    """Which of the parents the run has trained, first of earlier cycles."""
    known = [one for one in view.trainings if isinstance(one, AdapterTrained)]
    return {name: one for one in known for name in names if name.endswith(f"/{one.folder}")}


def _parents(recipe: Recipe) -> dict[str, bool]:
    """Each parent, and whether it has a weight other than 0 somewhere, or none at all."""
    idle = {entry.model: True for entry in recipe.entries}
    for entry in recipe.entries:
        idle[entry.model] &= _is_zero(entry.parameters.get("weight"))
    return {name: not idle.get(name, False) for name in recipe.parent_names}


def _is_zero(weight: Any) -> bool:
    values = weight if isinstance(weight, list | tuple) else [weight]
    return bool(values) and all(isinstance(one, int | float) and one == 0 for one in values)


def _layers() -> list[AnyChart]:
    """Lines, points and names."""
    axis = alt.Axis(labels=False, ticks=False, domain=False, grid=False)
    x = alt.X("x:Q", title="made one after the other", axis=axis, scale=alt.Scale(padding=60))
    y = alt.Y("y:Q", title=None, axis=axis, scale=alt.Scale(padding=20))
    dashes = alt.Scale(domain=["yes", "weight 0"], range=[[1, 0], [4, 4]])
    lines = (
        drawn_from("edges")
        .mark_rule(color="#9aa1ad")
        .encode(
            x=x,
            y=y,
            x2=alt.X2("x2:Q"),
            y2=alt.Y2("y2:Q"),
            strokeDash=alt.StrokeDash("counts:N", scale=dashes, legend=None),
        )
    )
    tooltip = [alt.Tooltip("name:N"), alt.Tooltip("kind:N"), alt.Tooltip("from:N", title="made of")]
    base = drawn_from("nodes").encode(x=x, y=y, tooltip=tooltip)
    colours = alt.Scale(domain=[PARENT, ELITE, ADAPTER, WINNER], range=[BLUE, GREEN, PINK, ORANGE])
    points = base.mark_point(filled=True, size=160, opacity=1).encode(
        color=alt.Color("kind:N", scale=colours)
    )
    texts = base.mark_text(dy=-14, limit=140).encode(text=alt.Text("name:N"))
    return [lines, points, texts]


def _places(depth: Mapping[str, int]) -> dict[str, float]:
    """Where each model stands among those of its depth, spread evenly."""
    found = {}
    for level in set(depth.values()):
        names = [name for name, own in depth.items() if own == level]
        for number, name in enumerate(names):
            found[name] = (number + 0.5) / len(names)
    return found
