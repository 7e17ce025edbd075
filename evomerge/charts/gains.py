"""From which tasks the winner's gain over the best parent comes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import altair as alt

from evomerge.charts.figure import BLUE, ORANGE, Figure, drawn_from
from evomerge.ledger import WINNER
from evomerge.recipe.names import short_names
from evomerge.report.verdict import Verdict

ROW = 26
TOLERANCE = 1e-6


def gains(verdict: Verdict, recipe: Mapping[str, Any]) -> Figure | None:
    """Each task's share of the gain; None where the fitness is no weighted mean of the tasks.

    Args:
        recipe: the run's, as JSON values.
    """
    shares = shares_of_gain(verdict, recipe)
    if shares is None or verdict.best is None:
        return None
    rival = short_names(verdict.scores)[verdict.best]
    rows: list[dict[str, Any]] = [
        {"task": task, "share": share, "sign": "won" if share >= 0 else "lost"}
        for task, share in sorted(shares.items(), key=lambda one: -one[1])
    ]
    most = rows[0]
    of_all = f"{most['share']:+.3f} of {sum(shares.values()):+.3f}"
    title = f"Most of the gain comes from {most['task']}: {of_all}"
    if most["share"] <= 0:
        title = f"No task gains over {rival}"
    chart = (
        drawn_from("rows")
        .mark_bar()
        .encode(
            x=alt.X("share:Q", title="share of the difference in fitness"),
            y=alt.Y("task:N", sort=[row["task"] for row in rows], title=None),
            color=alt.Color(
                "sign:N", scale=alt.Scale(domain=["won", "lost"], range=[BLUE, ORANGE])
            ),
            tooltip=[alt.Tooltip("task:N"), alt.Tooltip("share:Q", format="+.4f")],
        )
        .properties(height=ROW * len(rows))
    )
    note = f"Each task's weight times its difference from {rival}; together, that in fitness."
    return Figure("gains", title, note, chart, {"rows": rows})


def shares_of_gain(verdict: Verdict, recipe: Mapping[str, Any]) -> dict[str, float] | None:
    """By how much each task adds to the winner's difference in fitness from the best rival."""
    if verdict.best is None or verdict.difference is None:
        return None
    winner, rival = verdict.scores[WINNER.label].tasks, verdict.scores[verdict.best].tasks
    terms = recipe.get("evolve", {}).get("fitness", [])
    if len(terms) != len(winner):
        return None
    weights = [float(term.get("weight", 1.0)) for term in terms]
    total = math.fsum(weights)
    shares = {
        task: weight / total * (winner[task] - rival.get(task, math.nan))
        for task, weight in zip(winner, weights, strict=True)
        if weight
    }
    if not math.isclose(math.fsum(shares.values()), verdict.difference, abs_tol=TOLERANCE):
        return None
    return shares
