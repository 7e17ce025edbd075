"""How much of the score goes with each gene."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np

from evomerge.charts.figure import BLUE, Figure, drawn_from
from evomerge.report.history import PastCandidate

FEWEST = 8
"""Candidates, below which nothing is said of importance."""


def importance(candidates: Sequence[PastCandidate], genes: int) -> list[float]:
    """The share of the fitness's variance that a parabola in each gene alone explains.

    It says what goes together in the candidates that were asked for, and not what causes what:
    a search that has settled on a gene's value shows nothing of it.

    Args:
        genes: how many coordinates a genome has.
    """
    fitness = np.array([c.fitness for c in candidates], float)
    spread = float(((fitness - fitness.mean()) ** 2).sum())
    if len(candidates) < FEWEST or spread == 0:
        return [0.0] * genes
    points = np.array([c.genome for c in candidates], float)
    found = []
    for x in points.T:
        powers = np.stack([np.ones_like(x), x, x * x], axis=1)
        fitted = powers @ np.linalg.lstsq(powers, fitness, rcond=None)[0]
        found.append(max(0.0, 1 - float(((fitness - fitted) ** 2).sum()) / spread))
    return found


def importance_figure(shares: Sequence[tuple[str, float]]) -> Figure:
    """The shares of genes by their names, the largest first."""
    rows = [{"gene": gene, "share": share} for gene, share in shares]
    chart = (
        drawn_from("rows")
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X(
                "share:Q",
                title="share of the fitness's variance",
                axis=alt.Axis(format="%", tickCount=6),
            ),
            y=alt.Y("gene:N", sort=[gene for gene, _ in shares], title=None),
            tooltip=[alt.Tooltip("gene:N"), alt.Tooltip("share:Q", format=".1%")],
        )
        .properties(height=20 * len(rows))
    )
    note = (
        "How much of the candidates' fitness a parabola in each gene alone explains. It shows "
        "what goes together in what was tried; `evomerge explain` takes the winner apart."
    )
    return Figure(
        "importance", f"{rows[0]['gene']} goes with the score most", note, chart, {"rows": rows}
    )
