"""Genetic algorithms for several goals by the package pymoo; this is the one file that knows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.algorithms.moo.nsga3 import NSGA3
from pymoo.core.duplicate import NoDuplicateElimination
from pymoo.core.mating import Mating
from pymoo.core.population import Population
from pymoo.core.problem import Problem as Space
from pymoo.core.termination import NoTermination
from pymoo.operators.crossover.sbx import SBX
from pymoo.operators.mutation.pm import PM
from pymoo.util.ref_dirs import get_reference_directions

from evomerge.search.candidate import Candidate, Proposal
from evomerge.search.generational import Generational
from evomerge.search.kind import Problem
from evomerge.search.outcome import Outcome


class GeneticSettings(Protocol):
    """What the algorithms of this file are told by their own settings."""

    @property
    def population(self) -> int:
        """Candidates in a generation, and kept after it."""
        ...

    @property
    def eta_crossover(self) -> float:
        """Distribution index of simulated binary crossover."""
        ...

    @property
    def eta_mutation(self) -> float:
        """Distribution index of polynomial mutation."""
        ...


class Genetic(Generational):
    """A population that is crossed, mutated, and cut down to the best by dominance.

    What violates floors less is better (Deb 2000); what failed takes no part in the survival.

    Args:
        algorithm: pymoo's, set up for the problem.
        generator: draws what is asked for before it has learnt from a first generation.
    """

    def __init__(self, algorithm: Any, problem: Problem, generator: np.random.Generator) -> None:
        super().__init__(algorithm.pop_size, problem.steady)
        self._algorithm, self._generator = algorithm, generator
        self._born: dict[tuple[int, int], Any] = {}
        """By generation and position, of all that are not learnt from."""

    def _propose(self) -> list[Proposal]:
        if self._generations and not self._algorithm.is_initialized:
            shape = self._population, self._algorithm.problem.n_var
            born = list(Population.new("X", self._generator.random(shape)))
        else:
            born = list(self._algorithm.ask())
        awaited = [(one.generation, one.position) for one in self._awaited]
        self._born = {place: self._born[place] for place in awaited}
        self._born.update({(self._generations, i): one for i, one in enumerate(born)})
        return [_proposal(one) for one in born]

    def _learn(self, candidates: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
        scored = []
        for candidate, outcome in zip(candidates, outcomes, strict=True):
            if outcome.failure is None:
                one = self._born[candidate.generation, candidate.position]
                # pymoo minimizes, and takes what is above 0 for a violation.
                one.set("F", -np.array(outcome.objectives[1:]))
                one.set("G", np.array([outcome.violation]))
                one.set("number", candidate.number)
                scored.append(one)
        self._algorithm.tell(infills=Population.create(*scored))


def nsga_ii(problem: Problem, settings: GeneticSettings, seed: int) -> Genetic:
    """Survival by rank and crowding distance (Deb et al. 2002)."""
    return _made(NSGA2, problem, settings, seed)


def nsga_iii(problem: Problem, settings: GeneticSettings, seed: int) -> Genetic:
    """Survival by rank and nearness to reference directions (Deb and Jain 2014)."""
    goals, partitions = problem.goals, 1
    while _directions(goals, partitions + 1) <= settings.population:
        partitions += 1
    directions = get_reference_directions("das-dennis", goals, n_partitions=partitions)
    return _made(NSGA3, problem, settings, seed, ref_dirs=directions)


def _directions(goals: int, partitions: int) -> int:
    """How many points divide each side of a simplex in so many parts: (p + m - 1) over (m - 1)."""
    count = 1
    for k in range(1, goals):
        count = count * (partitions + k) // k
    return count


def _made(
    kind: Any, problem: Problem, settings: GeneticSettings, seed: int, **more: Any
) -> Genetic:
    n = len(problem.start)
    space = Space(n_var=n, n_obj=problem.goals, n_ieq_constr=1, xl=0.0, xu=1.0)
    first = [problem.start, *problem.starts][: settings.population]
    generator = np.random.default_rng(seed)
    drawn = generator.random((settings.population - len(first), n))
    algorithm = kind(
        pop_size=settings.population,
        sampling=np.vstack([np.array(first), drawn]),
        crossover=SBX(eta=settings.eta_crossover, prob=0.9),
        mutation=PM(eta=settings.eta_mutation),
        eliminate_duplicates=NoDuplicateElimination(),
        **more,
    )
    algorithm.mating = _NotedMating(
        algorithm.mating.selection, algorithm.mating.crossover, algorithm.mating.mutation
    )
    # Its own generator is another one than that of the first population.
    algorithm.setup(space, seed=[seed, 1], termination=NoTermination())
    return Genetic(algorithm, problem, generator)


class _NotedMating(Mating):  # type: ignore[misc]
    """Notes of each child which two it was crossed from."""

    def _do(
        self, problem: Any, pop: Any, n_offsprings: int, parents: Any = None, **kwargs: Any
    ) -> Any:
        matings = -(-n_offsprings // self.crossover.n_offsprings)
        pairs = self.selection(problem, pop, matings, n_parents=self.crossover.n_parents, **kwargs)
        children = super()._do(problem, pop, n_offsprings, parents=pairs, **kwargs)
        for number, child in enumerate(children):
            numbers = [parent.get("number") for parent in pairs[number % matings]]
            child.set("origins", tuple(dict.fromkeys(numbers)))
        return children


def _proposal(one: Any) -> Proposal:
    genome = tuple(float(x) for x in np.clip(one.get("X"), 0.0, 1.0))
    origins = one.get("origins")
    return Proposal(genome, "crossing" if origins else "start", origins or ())
