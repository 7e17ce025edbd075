"""What time and tokens went into, and why candidates failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import altair as alt

from evomerge.charts.figure import BLUE, GREY, Figure, drawn_from
from evomerge.ledger import State
from evomerge.report.history import RunHistory
from evomerge.report.view import View


def worker_time(view: View) -> Figure | None:
    """Where the seconds of all workers went; None where no session tells."""
    spent = view.workers
    if not spent.all_s:
        return None
    return _lengths("worker_time", spent.ways, "seconds of workers", spent.all_s)


def tokens(view: View) -> Figure | None:
    """What tokens were read and written for; None where none were."""
    counts = {what: float(cost.tokens) for what, cost in view.spending.items()}
    return (
        _lengths("tokens", counts, "tokens", sum(counts.values())) if any(counts.values()) else None
    )


def _lengths(name: str, amounts: Mapping[str, float], unit: str, whole: float) -> Figure:
    rows: list[dict[str, Any]] = [
        {"what": what, "amount": amount, "share": amount / whole}
        for what, amount in amounts.items()
        if amount > 0
    ]
    chart = (
        drawn_from("rows")
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X("amount:Q", title=unit),
            y=alt.Y("what:N", sort=[row["what"] for row in rows], title=None),
            tooltip=[
                alt.Tooltip("what:N"),
                alt.Tooltip("amount:Q", format=",.0f"),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
        .properties(height=22 * max(1, len(rows)))
    )
    most = max(rows, key=lambda row: row["amount"])
    title = f"{most['share']:.0%} of {whole:,.0f} {unit} went into {most['what']}"
    return Figure(name, title, "Together they are all of it.", chart, {"rows": rows})


def failures(history: RunHistory) -> Figure | None:
    """Why candidates failed; None where none did."""
    reasons = Counter(
        c.reason.split("\n")[0][:120] for c in history.candidates if c.state is State.FAILED
    )
    if not reasons:
        return None
    rows: list[dict[str, Any]] = [
        {"reason": reason, "candidates": count} for reason, count in reasons.most_common(12)
    ]
    chart = (
        drawn_from("rows")
        .mark_bar(color=GREY)
        .encode(
            x=alt.X("candidates:Q", axis=alt.Axis(tickMinStep=1, format="d")),
            y=alt.Y("reason:N", sort=[row["reason"] for row in rows], title=None),
            tooltip=[alt.Tooltip("reason:N"), alt.Tooltip("candidates:Q")],
        )
        .properties(height=24 * len(rows))
    )
    title = f"{sum(reasons.values())} candidates failed, for {len(reasons)} reasons"
    return Figure(
        "failures",
        title,
        "A candidate that failed ranks last; nothing of it is scored.",
        chart,
        {"rows": rows},
    )
