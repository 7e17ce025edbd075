"""Tree-structured Parzen estimator (Bergstra et al. 2011) by optuna, the one file that knows it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pydantic import Field

from evomerge.search.candidate import Candidate, Proposal, Vector
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.outcome import Outcome
from evomerge.search.steady import Steady

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import Trial

SEEDS = 2**32
"""optuna's generator takes seeds below."""


class TpeSettings(AlgorithmSettings):
    """Settings of :class:`Tpe`."""

    population: int = Field(10, ge=2, description="candidates that are compared with each other")
    startup: int = Field(10, ge=1, description="candidates drawn by chance before it models")


class Tpe(Steady):
    """Draws where the density of good candidates is high beside that of the others.

    optuna orders what it is told as evomerge does (search/order.py): what violates floors is
    infeasible to that degree, what was cut from a race is pruned, what failed is left out. Since
    candidates of different generations are compared, a value is told less its standard error; one
    of which nothing is known is pruned without a value. No candidate is kept for its
    value: each is one among those that the densities are made of.

    Args:
        problem: starts are asked for first; a coordinate that chooses is a category.
        seed: of optuna's sampler.
    """

    def __init__(self, problem: Problem, settings: TpeSettings, seed: int) -> None:
        import optuna

        super().__init__(settings.population)
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._space: dict[str, BaseDistribution] = {
            str(i): optuna.distributions.CategoricalDistribution(range(count))
            if count > 1
            else optuna.distributions.FloatDistribution(0, 1)
            for i, count in enumerate(problem.choices)
        }
        self._counts = problem.choices
        sampler = optuna.samplers.TPESampler(
            n_startup_trials=settings.startup, multivariate=True, seed=seed % SEEDS
        )
        self._study = optuna.create_study(direction="maximize", sampler=sampler)
        self._state = optuna.trial.TrialState
        for start in (*problem.starts, problem.start):
            self._study.enqueue_trial(self._params(start))
        self._trials: dict[int, Trial] = {}
        """In flight, by the genome's number."""

    def _params(self, genome: Vector) -> dict[str, Any]:
        return {
            str(i): min(int(x * count), count - 1) if count > 1 else x
            for i, (x, count) in enumerate(zip(genome, self._counts, strict=True))
        }

    def _propose(self) -> Proposal:
        trial = self._trials[self._asked] = self._study.ask(self._space)
        genome = tuple(
            (trial.params[str(i)] + 0.5) / count if count > 1 else float(trial.params[str(i)])
            for i, count in enumerate(self._counts)
        )
        return Proposal(genome, "sample")

    def _learn(self, candidate: Candidate, outcome: Outcome) -> None:
        trial = self._trials.pop(candidate.number)
        if outcome.fitness is None:
            self._study.tell(trial, state=self._state.FAIL)
            return
        trial.set_constraint("floors", outcome.violation)
        value = outcome.fitness - outcome.errors[0]
        if outcome.cut or not math.isfinite(value):
            if math.isfinite(value):
                trial.report(value, 0)
            self._study.tell(trial, state=self._state.PRUNED)
        else:
            self._study.tell(trial, value)

    def selects(self, count: int) -> int:
        """The better half."""
        return max(1, count // 2)


def make(problem: Problem, settings: TpeSettings, seed: int) -> Tpe:
    """TPE from the problem's starts."""
    return Tpe(problem, settings, seed)


TPE = Kind(
    name="tpe",
    summary="draws where good candidates are dense beside the others; genes that choose are "
    "categories; needs optuna",
    paper="Bergstra et al. 2011",
    settings=TpeSettings,
    make=make,
    pace="steady",
    across_generations=True,
)
