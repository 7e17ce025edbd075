"""The genes: along the search, against the score, and several at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np

from evomerge.charts.figure import BLUE, ORANGE, Figure, drawn_from
from evomerge.recipe import Genome, recipe_from
from evomerge.recipe.coordinate import decoded
from evomerge.recipe.names import short_names
from evomerge.report.history import History, PastCandidate

HEIGHT = 170
DRAWN = 1_000
"""Most candidates of which each is a point: every so many of them, where there are more."""
GENES = 12
"""Genes that are drawn one by one: those that matter most."""
LINES = 200
"""Candidates in parallel coordinates: the best ones, and as many of the others."""
FEWEST = 8
"""Candidates, below which nothing is said of importance."""


def gene_figures(history: History, recipe: Mapping[str, Any]) -> Iterator[Figure]:
    """All figures of genes, those that matter most first.

    Args:
        recipe: the run's, as JSON values.
    """
    candidates = history.searched
    if not candidates or not history.genes:
        return
    genome = Genome(recipe_from(dict(recipe)))
    matter = importance(candidates, len(history.genes))
    order = sorted(range(len(history.genes)), key=lambda gene: -matter[gene])
    labels = gene_labels(genome)
    names = {gene: labels[gene] for gene in order}
    if len(candidates) >= FEWEST:
        yield _importance(names, matter, order)
    yield _parallel(candidates, names, order[:GENES])
    for gene in order[:GENES]:
        values = _values(genome, candidates, gene)
        yield _along(history, names[gene], gene, values)
        yield _against(candidates, names[gene], gene, values)


def gene_labels(genome: Genome) -> list[str]:
    """A short name for each coordinate: the model that it belongs to, and the parameter."""
    short = short_names(genome.recipe.parent_names)
    labels = []
    for number, (place, gene) in enumerate(genome.genes):
        owner = genome.owner(number)
        after = place.index("parameters") + 1 if "parameters" in place else 0
        name = " ".join(map(str, place[after:] if owner else place))
        label = f"{short[owner]} {name}" if owner else name
        labels += [f"{label}[{n}]" if gene.points > 1 else label for n in range(gene.points)]
    return labels if len(set(labels)) == len(labels) else [*genome.names]


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


def _along(history: History, name: str, gene: int, values: Sequence[Any]) -> Figure:
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


def _spread(history: History, of: Mapping[int, Any]) -> Iterator[dict[str, Any]]:
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


def _importance(names: Mapping[int, str], matter: Sequence[float], order: Sequence[int]) -> Figure:
    rows: list[dict[str, Any]] = [
        {"gene": names[gene], "share": matter[gene]} for gene in order[: 2 * GENES]
    ]
    chart = (
        drawn_from("rows")
        .mark_bar(color=BLUE)
        .encode(
            x=alt.X(
                "share:Q",
                title="share of the fitness's variance",
                axis=alt.Axis(format="%", tickCount=6),
            ),
            y=alt.Y("gene:N", sort=[row["gene"] for row in rows], title=None),
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


def _parallel(
    candidates: Sequence[PastCandidate], names: Mapping[int, str], genes: Sequence[int]
) -> Figure:
    """Each candidate as a line through its genes, in their ranges, coloured by fitness."""
    ranked = sorted(candidates, key=lambda c: -(c.fitness or 0.0))
    rest = ranked[LINES:]
    drawn = [*ranked[:LINES], *rest[:: max(1, math.ceil(len(rest) / LINES))]]
    labels = [names[gene] for gene in genes]
    rows: list[dict[str, Any]] = [
        {"candidate": c.number, "gene": names[gene], "at": c.genome[gene], "fitness": c.fitness}
        for c in reversed(drawn)
        for gene in genes
    ]
    chart = (
        drawn_from("rows")
        .mark_line(strokeOpacity=0.35, strokeWidth=1)
        .encode(
            x=alt.X(
                "gene:N", sort=labels, title=None, axis=alt.Axis(labelAngle=-30, labelLimit=140)
            ),
            y=alt.Y("at:Q", title="place in the gene's range", scale=alt.Scale(domain=[0, 1])),
            detail=alt.Detail("candidate:N"),
            color=alt.Color(
                "fitness:Q", scale=alt.Scale(scheme="viridis"), legend=alt.Legend(title="fitness")
            ),
            tooltip=[alt.Tooltip("candidate:Q"), alt.Tooltip("fitness:Q", format=".3f")],
        )
        .properties(height=280)
    )
    title = f"Where {len(drawn)} candidates lie in the genes' ranges"
    best = min(LINES, len(ranked))
    note = f"Each line is a candidate: the {best} best, and an even sample of the others."
    return Figure("parallel", title, note, chart, {"rows": rows})
