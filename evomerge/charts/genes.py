"""The genes: along the search, against the score, and several at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from evomerge.charts.figure import BLUE, ORANGE, Figure, drawn_from
from evomerge.charts.gene_names import gene_labels
from evomerge.charts.importance import FEWEST, importance, importance_figure
from evomerge.charts.parallel import parallel
from evomerge.recipe import Genome, recipe_from
from evomerge.recipe.coordinate import decoded
from evomerge.report.history import PastCandidate, RunHistory

HEIGHT = 170
DRAWN = 1_000
"""Most candidates of which each is a point: every so many of them, where there are more."""
GENES = 12
"""Genes that are drawn one by one: those that matter most."""


def gene_figures(history: RunHistory, recipe: Mapping[str, Any]) -> Iterator[Figure]:
    """All figures of genes, those that matter most first: of the first cycle, where there are
    several.

    Args:
        recipe: the run's, as JSON values.
    """
    history = history.first_cycle
    candidates = history.searched
    if not candidates or not history.genes:
        return
    genome = Genome(recipe_from(dict(recipe)))
    matter = importance(candidates, len(history.genes))
    order = sorted(range(len(history.genes)), key=lambda gene: -matter[gene])
    best = max(candidates, key=lambda candidate: candidate.fitness or 0.0)
    labels = gene_labels(genome, best.genome)
    names = {gene: labels[gene] for gene in order}
    if len(candidates) >= FEWEST:
        yield importance_figure([(names[gene], matter[gene]) for gene in order[: 2 * GENES]])
    yield parallel(candidates, names, order[:GENES])
    for gene in order[:GENES]:
        values = _values(genome, candidates, gene)
        yield _along(history, names[gene], gene, values)
        yield _against(candidates, names[gene], gene, values)


def _values(genome: Genome, candidates: Sequence[PastCandidate], gene: int) -> list[Any]:
    """The value of a coordinate in each candidate."""
    genes = [one for _, one in genome.genes for _ in range(one.points)]
    return [decoded(genes[gene], candidate.genome[gene]) for candidate in candidates]


def _thinned(count: int) -> range:
    """Every so many of them, so that there are no more than are drawn."""
    return range(0, count, max(1, math.ceil(count / DRAWN)))


def _sampled(count: int) -> str:
    drawn = len(_thinned(count))
    return f" {drawn} of {count} candidates are drawn." if drawn < count else ""


def _along(history: RunHistory, name: str, gene: int, values: Sequence[Any]) -> Figure:
    """A gene's values generation by generation, with mean and spread where they are numbers."""
    of = {c.number: value for c, value in zip(history.searched, values, strict=True)}
    numbers = {c.number: g.number for g in history.generations for c in g.candidates}
    drawn = [history.searched[n] for n in _thinned(len(history.searched))]
    kind = "Q" if _are_numbers(values) else "N"
    points = [{"generation": numbers[c.number], "value": of[c.number]} for c in drawn]
    x = alt.X("generation:Q", title="generation", axis=alt.Axis(tickMinStep=1, format="d"))
    y = alt.Y(
        f"value:{kind}",
        title="value",
        scale=alt.Scale(zero=False) if kind == "Q" else alt.Undefined,
    )
    layers = [
        drawn_from("points").mark_point(size=12, strokeOpacity=0.35, color=BLUE).encode(x=x, y=y)
    ]
    title = f"{name}: which values were tried"
    spread: list[dict[str, Any]] = []
    if kind == "Q":
        spread += _spread(history, of)
        ends = [f"{one['mean']:.3g} ± {one['sd']:.2g}" for one in (spread[0], spread[-1])]
        title = f"{name}: from {' to '.join(ends)}"
        base = drawn_from("spread").encode(x=x)
        layers += [
            base.mark_area(fillOpacity=0.2, color=ORANGE).encode(
                y=alt.Y("low:Q", title="value"), y2=alt.Y2("high:Q")
            ),
            base.mark_line(color=ORANGE).encode(y=alt.Y("mean:Q", title="value")),
        ]
    note = "Points: candidates; line and band: mean and spread of each generation." + _sampled(
        len(values)
    )
    chart = alt.layer(*layers).properties(height=HEIGHT)
    rows = {"points": points, "spread": spread}
    return Figure(f"gene_{gene}_along", title, note, chart, rows)


def _spread(history: RunHistory, of: Mapping[int, Any]) -> Iterator[dict[str, Any]]:
    """Mean and standard deviation of a gene in each generation."""
    for one in history.generations:
        own = np.array([of[c.number] for c in one.candidates], float)
        mean, sd = float(own.mean()), float(own.std())
        yield {
            "generation": one.number,
            "mean": mean,
            "sd": sd,
            "low": mean - sd,
            "high": mean + sd,
        }


def _against(
    candidates: Sequence[PastCandidate], name: str, gene: int, values: Sequence[Any]
) -> Figure:
    """The fitness of candidates by their values of a gene."""
    rows: list[dict[str, Any]] = [
        {"value": values[n], "fitness": candidates[n].fitness, "candidate": candidates[n].number}
        for n in _thinned(len(candidates))
    ]
    kind = "Q" if _are_numbers(values) else "N"
    chart = (
        drawn_from("rows")
        .mark_point(size=14, strokeOpacity=0.5, color=BLUE)
        .encode(
            x=alt.X(
                f"value:{kind}",
                title=name,
                scale=alt.Scale(zero=False) if kind == "Q" else alt.Undefined,
            ),
            y=alt.Y("fitness:Q", title="fitness on search items", scale=alt.Scale(zero=False)),
            tooltip=[
                alt.Tooltip("candidate:Q"),
                alt.Tooltip(f"value:{kind}"),
                alt.Tooltip("fitness:Q", format=".3f"),
            ],
        )
        .properties(height=HEIGHT)
    )
    title = f"{name} against the score"
    return Figure(
        f"gene_{gene}_against",
        title,
        "Each point is a candidate." + _sampled(len(values)),
        chart,
        {"rows": rows},
    )


def _are_numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
