"""How scores go along the search: on search items, on validation items, on sealed ones."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import altair as alt

from evomerge.charts.figure import BLUE, GREEN, ORANGE, AnyChart, Figure, drawn_from
from evomerge.ledger import Split
from evomerge.report.history import RunHistory
from evomerge.report.view import View

HEIGHT = 300
MARKED = 60
"""Most generations that are marked by points; more would hide the line."""
SPLITS = ("search items", "validation items", "sealed items")
_COLOUR = alt.Color("split:N", scale=alt.Scale(domain=[*SPLITS], range=[BLUE, GREEN, ORANGE]))
_X = alt.X("generation:Q", title="generation", axis=alt.Axis(tickMinStep=1, format="d"))
_Y = alt.Y("score:Q", title="fitness", scale=alt.Scale(zero=False))
_NAMED = [alt.Tooltip("name:N"), alt.Tooltip("split:N"), alt.Tooltip("score:Q", format=".3f")]


def course(view: View, history: RunHistory) -> Figure | None:
    """Best and middle candidate of each generation, the finalists, and the parents' lines; None as
    long as no candidate has a score.
    """
    if not history.generations:
        return None
    drawn = {
        "generations": [*_generations(history)],
        "finalists": [*_finalists(view, history)],
        "parents": [*_parents(view)],
    }
    marked = len(history.generations) <= MARKED
    layers = [*_search(marked=marked), *([_baselines()] if drawn["parents"] else [])]
    layers += [_points()] if drawn["finalists"] else []
    chart = alt.layer(*layers).properties(height=HEIGHT)
    note = (
        "Solid line: the best candidate of each generation on the search items that it was asked; "
        "dashed: the one in the middle; the band reaches to the lowest. Points: finalists and "
        "winner. Dotted: the best parent on each kind of items. What search scores lie above "
        "validation and sealed ones is luck."
    )
    return Figure("course", _title(view, history), note, chart, drawn)


def _search(*, marked: bool) -> list[AnyChart]:
    """The band of each generation, its best candidate, and the one in the middle.

    Args:
        marked: whether each generation's best has a point.
    """
    lines = drawn_from("generations").encode(x=_X, color=_COLOUR)
    tooltip = [
        alt.Tooltip("generation:Q", format="d"),
        alt.Tooltip("best:Q", format=".3f"),
        alt.Tooltip("middle:Q", format=".3f"),
        alt.Tooltip("low:Q", format=".3f", title="lowest"),
        alt.Tooltip("evaluations:Q"),
    ]
    best, middle, low = (alt.Y(f"{name}:Q", title="fitness") for name in ("best", "middle", "low"))
    band = drawn_from("generations").mark_area(fillOpacity=0.15, color=BLUE)
    return [
        band.encode(x=_X, y=low, y2=alt.Y2("best:Q")),
        lines.mark_line(strokeWidth=2.5, point={"size": 25} if marked else False).encode(
            y=best, tooltip=tooltip
        ),
        lines.mark_line(strokeWidth=1.2, strokeDash=[5, 3]).encode(y=middle),
    ]


def _points() -> AnyChart:
    """Finalists and winner, on each kind of items."""
    shapes = alt.Scale(domain=["finalist", "winner"], range=["circle", "diamond"])
    points = drawn_from("finalists").mark_point(filled=True, size=90, opacity=0.9)
    shape = alt.Shape("who:N", scale=shapes)
    drawn: AnyChart = points.encode(x=_X, y=_Y, color=_COLOUR, shape=shape, tooltip=_NAMED)
    return drawn


def _baselines() -> AnyChart:
    """The best parent's lines."""
    rules = drawn_from("parents").mark_rule(strokeDash=[2, 3], strokeWidth=1.5)
    drawn: AnyChart = rules.encode(y=_Y, color=_COLOUR, tooltip=_NAMED)
    return drawn


def _generations(history: RunHistory) -> Iterator[dict[str, Any]]:
    for one in history.generations:
        yield {
            "generation": one.number,
            "best": max(one.fitness),
            "middle": median(one.fitness),
            "low": min(one.fitness),
            "evaluations": one.evaluations,
            "split": SPLITS[0],
        }


def _finalists(view: View, history: RunHistory) -> Iterator[dict[str, Any]]:
    """Where the search found them; the search's mean stands at its end."""
    numbers = {(g.cycle, g.generation): g.number for g in history.generations}
    last = history.generations[-1].number
    for number, finalist in enumerate(view.finalists):
        place, ranked = finalist.place, finalist.ranked
        at = last if place is None else numbers.get((place.cycle, place.generation), last)
        who = "winner" if ranked.digest == view.winner else "finalist"
        name = who if who == "winner" else f"finalist {number}"
        scores = [ranked.search, ranked.validation]
        if who == "winner" and view.leader is not None and view.leader.test is not None:
            scores.append(view.leader.test)
        for split, score in zip(SPLITS, scores, strict=False):
            yield {"generation": at, "score": score, "split": split, "who": who, "name": name}


def _parents(view: View) -> Iterator[dict[str, Any]]:
    """The best parent on each split."""
    for split, label in zip(Split, SPLITS, strict=True):
        scores = {p.name: getattr(p.scores, split.value) for p in view.parents}
        known = {name: score for name, score in scores.items() if score is not None}
        if known:
            best = max(known, key=known.__getitem__)
            yield {"name": best, "score": known[best], "split": label}


def _title(view: View, history: RunHistory) -> str:
    first, last = history.generations[0], history.generations[-1]
    said = f"The best candidate went from {max(first.fitness):.3f} to {max(last.fitness):.3f}"
    if view.winner is not None and view.finalists:
        ranked = view.finalists[0].ranked
        said += f"; the winner has {ranked.search:.3f} on search items"
        said += f", {ranked.validation:.3f} on validation items"
        if view.leader is not None and view.leader.test is not None:
            said += f", {view.leader.test:.3f} on sealed ones"
    return said
