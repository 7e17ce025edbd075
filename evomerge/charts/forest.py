"""The winner minus each other model on the sealed items, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from evomerge.charts.figure import BLUE, GREY, ORANGE, ZERO, AnyChart, Figure, drawn_from
from evomerge.recipe.names import short_names
from evomerge.report.verdict import Verdict
from evomerge.report.wording import describe_items
from evomerge.score.proof.comparison import Comparison

ROW = 26
"""Pixels for each comparison."""
TASKS = 40
"""Most tasks that are drawn."""


def forest(verdict: Verdict) -> Figure | None:
    """Each model's difference in fitness; None where nothing could be compared."""
    if not verdict.comparisons:
        return None
    short = short_names(verdict.scores)
    rows: list[dict[str, Any]] = [
        _row(short[name], one.fitness) for name, one in verdict.comparisons.items()
    ]
    title = _title(verdict, short)
    note = (
        f"Winner minus each model on {describe_items(verdict)}: points are differences in fitness, "
        f"bars their intervals ({_share(verdict):.3g} %). Right of 0 the winner is better."
    )
    return Figure("forest", title, note, _points(rows, "model"), {"rows": rows, "zero": ZERO})


def forest_by_task(verdict: Verdict) -> Figure | None:
    """Each task's difference from the rival that looks best; None where there is none."""
    if verdict.best is None or verdict.best not in verdict.comparisons:
        return None
    rival = short_names(verdict.scores)[verdict.best]
    tasks = verdict.comparisons[verdict.best].tasks
    rows: list[dict[str, Any]] = [_row(task, one) for task, one in tasks.items()][:TASKS]
    better = sum(row["low"] > 0 for row in rows)
    worse = sum(row["high"] < 0 for row in rows)
    title = f"Against {rival} the winner is better at {_tasks(better)}, worse at {worse}"
    note = (
        f"Winner minus {rival} on the sealed items of each task, with intervals that are not "
        "corrected for the number of tasks."
    )
    if len(tasks) > TASKS:
        note += f" The first {TASKS} of {len(tasks)} tasks are drawn."
    return Figure(
        "forest_by_task", title, note, _points(rows, "task"), {"rows": rows, "zero": ZERO}
    )


def _points(rows: list[dict[str, Any]], what: str) -> AnyChart:
    names = [row["name"] for row in rows]
    y = alt.Y("name:N", sort=names, title=None)
    colour = alt.Color(
        "shown:N",
        scale=alt.Scale(domain=["better", "worse", "not shown"], range=[BLUE, ORANGE, GREY]),
    )
    tooltip = [
        alt.Tooltip("name:N", title=what),
        alt.Tooltip("difference:Q", format="+.3f"),
        alt.Tooltip("low:Q", format="+.3f"),
        alt.Tooltip("high:Q", format="+.3f"),
    ]
    base = drawn_from("rows").encode(y=y, color=colour, tooltip=tooltip)
    bars = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("low:Q", title="difference in mean score"), x2=alt.X2("high:Q")
    )
    points = base.mark_point(filled=True, size=80, opacity=1).encode(x=alt.X("difference:Q"))
    zero = drawn_from("zero").mark_rule(strokeDash=[4, 3]).encode(x=alt.X("at:Q"))
    return alt.layer(zero, bars, points).properties(height=ROW * max(1, len(rows)))


def _row(name: str, one: Comparison) -> dict[str, Any]:
    low, high = one.interval
    shown = "better" if low > 0 else "worse" if high < 0 else "not shown"
    return {"name": name, "difference": one.difference, "low": low, "high": high, "shown": shown}


def _title(verdict: Verdict, short: Mapping[str, str]) -> str:
    against, best = verdict.against_best, verdict.best
    if against is None or best is None:
        return "The winner could not be compared with all of its rivals"
    low, high = against.interval
    said = "is better than" if low > 0 else "is worse than" if high < 0 else "may be no better than"
    return (
        f"The winner {said} the best parent ({short[best]}): {against.difference:+.3f} "
        f"({low:+.3f} to {high:+.3f})"
    )


def _share(verdict: Verdict) -> float:
    return 100 * (1 - 2 * verdict.level)


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"
