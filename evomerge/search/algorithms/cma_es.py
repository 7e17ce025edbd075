"""CMA-ES (Hansen 2016, 1604.00772), restarted if it is to be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from evomerge.search.candidate import Candidate, Proposal, Vector
from evomerge.search.gaussian import Gaussian, default_population
from evomerge.search.generational import Generational
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.order import Merit, best_first, merit, ranks
from evomerge.search.outcome import Outcome
from evomerge.search.restarts import Restarts, Rule

if TYPE_CHECKING:
    import numpy as np

FLAT = 10
"""So many generations in a row whose better three quarters are equal end a run: it has nothing to
learn from. Of the package's own rules for values this alone has a meaning for ranks."""

DEFAULT_POPULATION = "candidates in a generation; 4 + 3 ln(number of genes) by default"


class CmaEsSettings(AlgorithmSettings):
    """Settings of CMA-ES."""

    population: int | None = Field(None, ge=2, description=DEFAULT_POPULATION)
    sigma: float = Field(0.2, gt=0, le=1, description="first step, as a share of a gene's range")
    restarts: Rule | None = Field(
        None,
        description="none by default; ipop: where a run has converged the next one has twice its "
        "population; bipop: and small runs between",
    )


class CmaEs(Generational):
    """Covariance matrix adaptation in the unit cube. It learns from ranks alone.

    The problem's further starts, at most half a generation, are a part of the first generation.
    A restart begins anywhere, by chance; what is in flight then is told without effect.

    Args:
        sigma: the first step, as a share of a gene's range.
        seed: of its own random generator.
        population: of the first run; by default :func:`default_population`.
        restarts: how large the runs after it are; None for one run.
        diagonal: see :class:`Gaussian`.
    """

    def __init__(
        self,
        problem: Problem,
        *,
        sigma: float,
        seed: int,
        population: int | None = None,
        restarts: Rule | None = None,
        diagonal: bool = False,
    ) -> None:
        import numpy as np

        super().__init__(population or default_population(len(problem.start)), problem.steady)
        self._choices, self._diagonal = problem.choices, diagonal
        self._generator = np.random.default_rng(seed)
        self._restarts = restarts and Restarts(restarts, self.population, sigma, self._generator)
        self._drawn: dict[tuple[int, int], np.ndarray] = {}
        """By generation and position, of all that are not learnt from."""
        self._best: tuple[Merit, Vector] | None = None
        """Of the best run that is over, its last level, and its mean."""
        self._begin_run(problem.start, sigma)
        self._gaussian.inject(starts := problem.starts[: self.population // 2])
        self._injected = len(starts)
        """How many of the next generation are starts: its first."""

    def _begin_run(self, start: Vector, sigma: float) -> None:
        self._gaussian = Gaussian(
            start,
            self._choices,
            sigma=sigma,
            population=self.population,
            generator=self._generator,
            diagonal=self._diagonal,
        )
        self._level: Merit | None = None
        """The merit of the last generation's median: a fair, if low, estimate of the mean's."""
        self._flat = self._evaluations = 0

    def _propose(self) -> list[Proposal]:
        drawn = self._gaussian.draw()
        awaited = [(one.generation, one.position) for one in self._awaited]
        self._drawn = {place: self._drawn[place] for place in awaited}
        self._drawn.update({(self._generations, i): x for i, x in enumerate(drawn)})
        operators = ["start"] * self._injected + ["sample"] * len(drawn)
        self._injected = 0
        return [
            Proposal(self._gaussian.genome(x), operator)
            for x, operator in zip(drawn, operators, strict=False)
        ]

    def _learn(self, candidates: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
        drawn = [self._drawn[one.generation, one.position] for one in candidates]
        self._gaussian.learn(drawn, ranks(outcomes))
        if self._restarts:
            merits = [merit(outcome) for outcome in best_first(outcomes)]
            self._level = merits[len(merits) // 2]
            self._evaluations += len(outcomes)
            self._flat = self._flat + 1 if merits[0] == merits[3 * len(merits) // 4] else 0
            if self._flat == FLAT or self._gaussian.has_converged():
                self._restart(self._restarts)

    def _restart(self, restarts: Restarts) -> None:
        self._best = max(self._runs, key=lambda run: run[0])
        population, sigma = restarts.next_run(self._evaluations)
        self._start_over(population)
        self._begin_run(tuple(self._generator.random(len(self._choices)).tolist()), sigma)

    @property
    def _runs(self) -> list[tuple[Merit, Vector]]:
        """Level and mean of the best run that is over and of this one, as far as there are."""
        this = [] if self._level is None else [(self._level, self._gaussian.mean())]
        return [*([] if self._best is None else [self._best]), *this]

    def mean(self) -> Vector:
        """The mean of the search distribution.

        Of several runs, that of the one whose last generation had the best median: a median
        is no lucky value.
        """
        best = max(self._runs, key=lambda run: run[0], default=None)
        return self._gaussian.mean() if best is None else best[1]

    def selects(self, count: int) -> int:
        """The better half: mu, the number of positive weights (eq. 49 to 53)."""
        return max(1, count // 2)


def make(problem: Problem, settings: CmaEsSettings, seed: int) -> CmaEs:
    """CMA-ES from the problem's start."""
    return CmaEs(problem, seed=seed, **dict(settings))


CMA_ES = Kind(
    name="cma-es",
    summary="samples around a mean, and adapts the mean, the step and its shape to the better half",
    paper="1604.00772",
    settings=CmaEsSettings,
    make=make,
    pace="generation",
    across_generations=False,
    begins_around=True,
)
