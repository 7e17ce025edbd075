"""What genes of weights do to each tensor, and the genome that comes nearest to wanted weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evomerge.merge.plan.operation import Operation
from evomerge.merge.plan.plan import Plan, Planner
from evomerge.recipe import Genome
from evomerge.recipe.starts import is_weight
from evomerge.search import Vector
from evomerge.weights import Parent

Floats = NDArray[np.float64]

NEGLIGIBLE = 1e-6
"""Of the largest singular value: directions below it are left at 0."""
DIGITS = 4
"""Places of a weight that are kept, so that no machine's rounding decides where a search begins."""


@dataclass(frozen=True)
class Weighing:
    """How the weights of a tensor's inputs follow from the values v of the genes: a v + constant.

    For p coordinates and k inputs.
    """

    operation: Operation
    a: Floats
    """Shape (k, p)."""
    constant: Floats
    """Shape (k,)."""


class Influence:
    """The weight genes of a recipe with ranges, at the rest of where its search begins.

    Args:
        genome: of the recipe.
        parents: all that it draws on, by name.
    """

    def __init__(self, genome: Genome, parents: Mapping[str, Parent]) -> None:
        self._genome, self._planner = genome, Planner(parents)
        self.coordinates = [
            (number, point)
            for number, (place, gene) in enumerate(genome.genes)
            if is_weight(place) and gene.choice is None
            for point in range(gene.points)
        ]
        """Number of the gene, and which of its points: p of them."""

    @cached_property
    def plan(self) -> Plan:
        """That of the start, in which all genes of weights have their lowest values."""
        return self._planned()

    def weighings(self) -> list[Weighing]:
        """Of each tensor that the weights decide."""
        lowest, spans = self._lowest_and_spans()
        before = _weights(self.plan)
        columns: list[Mapping[str, Floats]] = [
            _weights(self._planned(coordinate)) for coordinate in self.coordinates
        ]
        found = []
        for operation in self.plan.operations:
            if operation.name in before and not self.plan.sources.is_bases(operation):
                at_lowest = before[operation.name]
                steps = [column[operation.name] - at_lowest for column in columns]
                a = np.stack(steps, axis=1) / spans
                found.append(Weighing(operation, a, at_lowest - a @ lowest))
        return found

    def nearest(self, terms: Iterable[tuple[Weighing, Floats, Floats]]) -> Vector:
        """The genome whose weights w minimize the sum over tensors of w' M w / 2 - w' t.

        Args:
            terms: of each tensor its M, shape (k, k), symmetric and nowhere negative, and its t,
                shape (k,).

        Returns:
            Shape (n,); where several are as near, the one of the smallest weights. Weights beyond
            a gene's range are at its end.
        """
        count = len(self.coordinates)
        matrix, right = np.zeros((count, count)), np.zeros(count)
        for weighing, m, t in terms:
            matrix += weighing.a.T @ m @ weighing.a
            right += weighing.a.T @ (t - m @ weighing.constant)
        values = np.linalg.lstsq(matrix, right, rcond=NEGLIGIBLE)[0]
        wanted: dict[int, list[float]] = {}
        for (number, _), value in zip(self.coordinates, values, strict=True):
            _, gene = self._genome.genes[number]
            assert gene.low is not None
            assert gene.high is not None
            clipped = min(max(round(float(value), DIGITS), gene.low), gene.high)
            wanted.setdefault(number, []).append(clipped)
        return self._genome.with_values({**wanted})

    def _lowest_and_spans(self) -> tuple[Floats, Floats]:
        genes = [self._genome.genes[number][1] for number, _ in self.coordinates]
        lowest = np.array([gene.low for gene in genes], dtype=np.float64)
        return lowest, np.array([gene.high for gene in genes], dtype=np.float64) - lowest

    def _planned(self, highest: tuple[int, int] | None = None) -> Plan:
        """The plan with one coordinate at the upper end of its range, and all models used."""
        values: dict[int, list[object]] = {}
        for number, point in self.coordinates:
            gene = self._genome.genes[number][1]
            end = gene.high if (number, point) == highest else gene.low
            values.setdefault(number, []).append(end)
        used = {n: True for n, (place, _) in enumerate(self._genome.genes) if place[-1] == "use"}
        recipe = self._genome.decode(self._genome.with_values({**used, **values}))
        return self._planner.unrouted(recipe)


def _weights(plan: Plan) -> dict[str, Floats]:
    """The weights of each tensor's inputs, where its method takes some."""
    return {
        operation.name: np.array(operation.settings["weight"], dtype=np.float64)
        for operation in plan.operations
        if "weight" in operation.settings
    }
