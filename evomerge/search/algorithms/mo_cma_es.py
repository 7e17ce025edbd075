"""COMO-CMA-ES (Touré et al. 2019, 1904.08823) by comocma; this is the one file that knows it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from evomerge.search.candidate import Proposal
from evomerge.search.dominance import Goals
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.outcome import Outcome
from evomerge.search.strategies import Strategies

if TYPE_CHECKING:
    import numpy as np

ONE_GENE = 2
"""cma wants two coordinates or more; a single gene gets a companion without effect."""


class MoCmaEsSettings(AlgorithmSettings):
    """Settings of :class:`MoCmaEs`."""

    kernels: int = Field(4, ge=1, le=64, description="strategies, each for one point of the front")
    population: int | None = Field(
        None,
        ge=2,
        description="candidates that a strategy draws; 4 + 3 ln(number of genes) by default",
    )
    sigma: float = Field(0.2, gt=0, le=1, description="first step, as a share of a gene's range")


class MoCmaEs(Strategies):
    """Strategies that each look for what adds most to the hypervolume of the others' means.

    A batch has the mean of a strategy, and what it has drawn. Volumes are measured from a point as
    far below the worst scores of the first batch as its best are above them.
    """

    def __init__(self, problem: Problem, settings: MoCmaEsSettings, seed: int) -> None:
        import numpy as np

        self._n, kernels = len(problem.start), settings.kernels
        drawn = settings.population or 4 + int(3 * math.log(max(self._n, ONE_GENE)))
        super().__init__(kernels * (drawn + 1), kernels)
        generator = np.random.default_rng(seed)
        starts = [problem.start, *problem.starts][:kernels]
        starts += [tuple(x) for x in generator.random((kernels - len(starts), self._n)).tolist()]
        self._strategies = _strategies(
            [[*start] + [0.5] * (ONE_GENE - self._n) for start in starts],
            settings.sigma,
            drawn,
            generator,
        )
        self._drawn: dict[int, list[np.ndarray]] = {}
        """Of each strategy what it drew last, its mean first."""

    def _draw(self, strategy: int) -> list[Proposal]:
        kernel = self._strategies.kernels[strategy]
        self._drawn[strategy] = [kernel.incumbent, *kernel.ask()]
        return [
            Proposal(
                tuple(min(max(float(value), 0.0), 1.0) for value in x[: self._n]),
                "sample" if place else "mean",
            )
            for place, x in enumerate(self._drawn[strategy])
        ]

    def _conclude(self, strategy: int, outcomes: Sequence[Outcome]) -> None:
        # comocma minimizes.
        points = [tuple(-goal for goal in one.objectives[1:]) for one in outcomes]
        if self._strategies.reference_point is None:
            self._strategies.reference_point = _reference([p for p in points if p])
        mean, *drawn = self._drawn[strategy]
        # What the package notes when it is asked for all of a strategy's batch at once.
        self._strategies._told_indices = [strategy]
        self._strategies.offspring = [(strategy, drawn)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of populations that are alike
            self._strategies.tell([mean, *drawn], self._placed(points, outcomes))

    def _goes_on(self, strategy: int) -> bool:
        return strategy in self._strategies._active_indices

    def _placed(self, points: Sequence[Goals], outcomes: Sequence[Outcome]) -> list[Goals]:
        """The points to tell: what violates floors lies behind all that does not, and what failed
        behind all.

        The strategies rank what does not dominate the reference by its distance from it.
        """
        reference = self._strategies.reference_point
        worst = max((one.violation for one in outcomes), default=0.0)
        behind = max(
            (x - r for p in points for x, r in zip(p, reference, strict=False)), default=0.0
        )
        placed = []
        for point, outcome in zip(points, outcomes, strict=True):
            if point and not outcome.violation:
                placed.append(point)
                continue
            violation = outcome.violation if point else worst + 1.0
            placed.append(tuple(r + max(behind, 0.0) + violation for r in reference))
        return placed

    def finished(self) -> str | None:
        """Why it draws nothing more: no strategy has anything to gain."""
        if self._strategies._active_indices:
            return None
        return "every strategy has converged"


def _reference(points: Sequence[Goals]) -> list[float]:
    """As far behind the worst of each goal as the best is before it; lower is better here."""
    values = list(zip(*points, strict=True))
    return [2 * max(v) - min(v) if max(v) > min(v) else max(v) + 1.0 for v in values]


def _strategies(
    starts: Sequence[list[float]], sigma: float, population: int, generator: np.random.Generator
) -> Any:
    """The package's own object, with our generator in the place of NumPy's global one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cma warns of plotting libraries that it does not need
        import comocma

    options = {
        "bounds": [0, 1],
        "popsize": population,
        "seed": math.nan,
        "randn": lambda *shape: generator.standard_normal(shape),
        "verbose": -9,
        "verb_log": 0,
    }
    kernels = [comocma.CmaKernel(start, sigma, options) for start in starts]
    # In the order in which they were made, where the package would draw one.
    return comocma.Sofomore(
        kernels, opts={"archive": False, "verb_log": 0, "update_order": lambda number: number}
    )


def make(problem: Problem, settings: MoCmaEsSettings, seed: int) -> MoCmaEs:
    """COMO-CMA-ES, a strategy from each of the problem's starts, and from uniform draws."""
    return MoCmaEs(problem, settings, seed)


MO_CMA_ES = Kind(
    name="mo-cma-es",
    summary="strategies that adapt to the goals' shape, each for one point of the front",
    paper="1904.08823",
    settings=MoCmaEsSettings,
    make=make,
    pace="steady",
    across_generations=True,
    goals=(2, None),
    all_items=True,
)
