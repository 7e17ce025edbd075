"""Genetic programming (Koza 1992) over formulas of a recipe, and crossing of its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pydantic import Field

from evomerge.formulas.tree import size
from evomerge.operators.chance import Chance
from evomerge.operators.proposing import Proposing
from evomerge.search.candidate import Candidate, Proposal, Vector
from evomerge.search.crossing import Crossing
from evomerge.search.generational import Generational
from evomerge.search.kind import AlgorithmSettings, Kind, Problem
from evomerge.search.order import merit, ranks
from evomerge.search.outcome import Outcome

if TYPE_CHECKING:
    import numpy as np

Told = tuple[Candidate, Outcome]


class GeneticProgrammingSettings(AlgorithmSettings):
    """Settings of :class:`GeneticProgramming`."""

    population: int = Field(24, ge=4, description="candidates in a generation")
    tournament: int = Field(3, ge=2, description="how many compete to be a parent")
    kept: int = Field(2, ge=1, description="best candidates that are in the next generation again")
    sampled: float = Field(0.1, ge=0, le=1, description="share of formulas that are drawn anew")
    sigma: float = Field(0.02, ge=0, le=1, description="mutation of numbers, as a share of a range")


class GeneticProgramming(Generational):
    """Breeds the next generation from the winners of tournaments in the last one.

    Of two that are equally good within their errors the shorter formula wins (Luke and Panait
    2002, lexicographic parsimony). Candidates of one generation alone are compared. Where nothing
    is a formula, numbers are bred the same way.

    Args:
        seed: of all its chance, which is counted by the numbers of candidates.
    """

    def __init__(self, problem: Problem, settings: GeneticProgrammingSettings, seed: int) -> None:
        super().__init__(settings.population, problem.steady)
        self._problem, self._settings, self._seed = problem, settings, seed
        self._crossing = Crossing(problem.choices, problem.depths, settings.sigma)
        self._formula = problem.formula
        self._proposing = None if self._formula is None else Proposing(self._formula, seed)
        self._parents: list[Told] = []
        self._number = 0

    def _propose(self) -> Sequence[Proposal]:
        return [*(self._bred() if self._parents else self._founders())]

    def _founders(self) -> Iterator[Proposal]:
        """The problem's starts, then what is bred from them, half of the numbers drawn anew; the
        latter alone where a whole generation has failed.
        """
        starts = [self._problem.start, *self._problem.starts][: self._population]
        new = starts if self._number == 0 else []
        for start in new:
            self._note(start)
            yield self._proposal(start, "start")
        for _ in range(self._population - len(new)):
            yield self._sample(starts[self._number % len(starts)])

    def _sample(self, start: Vector) -> Proposal:
        """Numbers by chance; a formula of the start's changed, or drawn."""
        generator = self._generator()
        genome = tuple(generator.random(len(start)).tolist())
        if self._formula is None or self._proposing is None:
            return self._proposal(genome, "sample")
        if generator.random() < 0.5:
            genome = start
        tree = self._formula.of(start)
        changed = self._proposing.child(self._number, tree, tree)
        drawn = self._proposing.sample(self._number) if self._number % 2 else changed
        return self._proposal(self._formula.put(drawn or changed or tree, genome), "sample")

    def _bred(self) -> Iterator[Proposal]:
        placed = ranks([outcome for _, outcome in self._parents])
        best = sorted(range(len(placed)), key=placed.__getitem__)[: self._settings.kept]
        for place in best:
            kept = self._parents[place][0]
            yield self._proposal(kept.genome, "kept", (kept.number,))
        for _ in range(self._population - len(best)):
            yield self._child()

    def _child(self) -> Proposal:
        chance = Chance(self._seed, "tournament", self._number)
        a, b = self._winner(chance), self._winner(chance)
        origins = a.number, b.number
        import numpy as np

        both = np.array(a.genome), np.array(b.genome)
        genome = self._crossing.child(*both, self._generator())
        if self._formula is None or self._proposing is None:
            return self._proposal(genome, "crossing", origins)
        if chance.share() < self._settings.sampled:
            tree, operator = self._proposing.sample(self._number), "sample"
        else:
            trees = self._formula.of(a.genome), self._formula.of(b.genome)
            tree, operator = self._proposing.child(self._number, *trees), "crossing"
        # Where no formula is new, the first parent's goes on with other numbers.
        genome = self._formula.put(tree or self._formula.of(a.genome), genome)
        return self._proposal(genome, operator, origins)

    def _winner(self, chance: Chance) -> Candidate:
        """The best of a few; of equals the shorter formula, then the one that was asked first."""
        drawn = [chance.pick(self._parents) for _ in range(self._settings.tournament)]
        best = max(drawn, key=lambda told: merit(told[1]))
        near = [told for told in drawn if _as_good(told[1], best[1])]
        return min(near, key=lambda told: (self._words(told[0]), told[0].number))[0]

    def _words(self, candidate: Candidate) -> int:
        return 0 if self._formula is None else size(self._formula.of(candidate.genome))

    def _proposal(self, genome: Vector, operator: str, origins: tuple[int, ...] = ()) -> Proposal:
        self._number += 1
        return Proposal(genome, operator, origins)

    def _note(self, genome: Vector) -> None:
        if self._formula is not None and self._proposing is not None:
            self._proposing.note(self._formula.of(genome))

    def _generator(self) -> np.random.Generator:
        """One for the candidate that is made now."""
        import numpy as np

        return np.random.default_rng([self._seed, self._number])

    def _learn(self, candidates: Sequence[Candidate], outcomes: Sequence[Outcome]) -> None:
        told = zip(candidates, outcomes, strict=True)
        self._parents = [one for one in told if one[1].failure is None]

    def selects(self, count: int) -> int:
        """The better half, which most winners of tournaments come from."""
        return max(1, count // 2)


def _as_good(one: Outcome, best: Outcome) -> bool:
    """Whether an outcome is as good as the best one within the errors of both."""
    if merit(one)[:2] != merit(best)[:2]:
        return False
    assert one.fitness is not None
    assert best.fitness is not None
    return best.fitness - one.fitness <= max(one.errors[0], best.errors[0])


def make(problem: Problem, settings: GeneticProgrammingSettings, seed: int) -> GeneticProgramming:
    """Genetic programming from the problem's starts."""
    return GeneticProgramming(problem, settings, seed)


GENETIC_PROGRAMMING = Kind(
    name="genetic-programming",
    summary="breeds formulas by exchanging parts of them, and numbers by crossing; of equals the "
    "shorter formula wins",
    paper="Koza 1992",
    settings=GeneticProgrammingSettings,
    make=make,
    pace="generation",
    across_generations=False,
)
