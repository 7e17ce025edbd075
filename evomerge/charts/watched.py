"""What rails look at, along the generations of all cycles."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from statistics import fmean
from typing import Any

import altair as alt

from evomerge.charts.figure import PALETTE, Figure, drawn_from
from evomerge.ledger import GenerationWatched, WatchedScore, WatchedTask
from evomerge.report.watched import ViewedWatch

HEIGHT = 200
TICKS = 12
SOLID, DASHED = [1, 0], [5, 4]
Lines = tuple[str, str]
"""What the solid lines are of, and the dashed ones."""
Pair = tuple[float | None, float | None]


def watched(watch: ViewedWatch | None) -> Iterator[Figure]:
    """Scores, entropy and length of answers; nothing where no rails look."""
    if watch is not None:
        drawn = _scores(watch), _entropy(watch), _length(watch)
        yield from (one for one in drawn if one is not None)


def _scores(watch: ViewedWatch) -> Figure | None:
    lines = "on the sampled search items", "on validation items"

    def pairs(one: GenerationWatched) -> Iterator[tuple[str, Pair]]:
        for task, how in _leading(one):
            if how.weight:  # a guard may be measured in another unit
                yield task, (_mean(how.search), _mean(how.validation))

    return _figure(
        "watched_scores",
        "The leader's mean score {what} is {last[1]:.3f} on validation items ({first[1]:.3f} at "
        "first), and {last[0]:.3f} on sampled search items",
        "A leader that gains on search items alone fits them by chance, or has found a way around "
        "the grader: the rail gap.",
        "mean score",
        lines,
        _rows(watch, pairs, lines),
    )


def _entropy(watch: ViewedWatch) -> Figure | None:
    lines = "all candidates", "the best parent"

    def pairs(one: GenerationWatched) -> Iterator[tuple[str, Pair]]:
        for task, bits in one.entropies.items():
            yield task, (bits.population, bits.baseline)

    return _figure(
        "watched_entropy",
        "The answers of all candidates have {last[0]:.1f} bits of entropy {what} "
        "({first[0]:.1f} at first), those of the best parent {last[1]:.1f}",
        "Entropy of the answers to the same items. A population whose answers lose their variety "
        "collapses.",
        "bits",
        lines,
        _rows(watch, pairs, lines),
    )


def _length(watch: ViewedWatch) -> Figure | None:
    lines = "the leader", "the parent that says most"
    longest: dict[str, float] = {}
    for model in watch.models:
        for task, how in model.tasks.items():
            if how.look is not None:
                longest[task] = max(longest.get(task, 0.0), how.look.tokens_mean)

    def pairs(one: GenerationWatched) -> Iterator[tuple[str, Pair]]:
        for task, how in _leading(one):
            if how.look is not None:
                yield task, (how.look.tokens_mean, longest.get(task))

    return _figure(
        "watched_length",
        "The leader's answers have {last[0]:.1f} tokens {what} ({first[0]:.1f} at first), those of "
        "the parent that says most {last[1]:.1f}",
        "Tokens of an answer to a validation item, on average.",
        "tokens",
        lines,
        _rows(watch, pairs, lines),
    )


def _leading(one: GenerationWatched) -> Iterator[tuple[str, WatchedTask]]:
    if one.leader is not None:
        yield from one.leader.tasks.items()


def _mean(score: WatchedScore | None) -> float | None:
    return None if score is None else score.mean


def _rows(
    watch: ViewedWatch,
    pairs: Callable[[GenerationWatched], Iterator[tuple[str, Pair]]],
    lines: Lines,
) -> list[dict[str, Any]]:
    return [
        {
            "generation": number,
            "cycle": one.cycle,
            "task": task,
            "of": of,
            "value": value,
        }
        for number, one in enumerate(watch.generations)
        for task, pair in pairs(one)
        for of, value in zip(lines, pair, strict=True)
        if value is not None
    ]


def _figure(
    name: str, title: str, note: str, unit: str, lines: Lines, rows: list[dict[str, Any]]
) -> Figure | None:
    """The figure of some lines; None where there is no solid or no dashed one, or no second place.

    Args:
        title: with places for the `first` and `last` values of both lines, means over the tasks.
    """
    generations = sorted({row["generation"] for row in rows})
    if {row["of"] for row in rows} != {*lines} or len(generations) < 2:
        return None
    tasks = {row["task"] for row in rows}
    what = "over all tasks" if len(tasks) > 1 else f"at {tasks.pop()}"
    first, last = ([_mean_of(rows, of, end) for of in lines] for end in (min, max))
    title = title.format(first=first, last=last, what=what)
    chart = _chart(unit, lines, _ticks(generations))
    return Figure(name, title, note, chart, {"rows": rows})


def _chart(unit: str, lines: Lines, ticks: list[int]) -> alt.Chart:
    chart: alt.Chart = (
        drawn_from("rows")
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("generation:Q", axis=alt.Axis(values=ticks)),
            y=alt.Y("value:Q", title=unit),
            color=alt.Color("task:N", scale=alt.Scale(range=PALETTE)),
            strokeDash=alt.StrokeDash(
                "of:N",
                scale=alt.Scale(domain=[*lines], range=[SOLID, DASHED]),
                legend=alt.Legend(
                    symbolType="stroke",
                    symbolSize=400,
                    symbolStrokeWidth=2,
                    symbolStrokeColor="#1c2128",
                ),
            ),
            tooltip=[
                alt.Tooltip("task:N"),
                alt.Tooltip("of:N"),
                alt.Tooltip("cycle:Q"),
                alt.Tooltip("generation:Q"),
                alt.Tooltip("value:Q", format=".3f"),
            ],
        )
        .properties(height=HEIGHT)
    )
    return chart


def _ticks(generations: list[int]) -> list[int]:
    """A dozen of them or fewer, evenly."""
    return generations[:: math.ceil(len(generations) / TICKS)]


def _mean_of(rows: list[dict[str, Any]], of: str, end: Callable[[Iterator[int]], int]) -> float:
    """The mean over tasks of a line's values at its first or last generation."""
    own = [row for row in rows if row["of"] == of]
    at = end(row["generation"] for row in own)
    return fmean(row["value"] for row in own if row["generation"] == at)
