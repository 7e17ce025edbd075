"""Genetic programming over formulas that are scored by their mean over several sets of parents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from benchmarks.operators.entries import NAMES, SHARE, Entry
from benchmarks.operators.opened import OpenedSet, outcome_of
from evomerge.formulas.grammar import parse_formula
from evomerge.formulas.text import text_of
from evomerge.ledger import Split
from evomerge.operators.canonical import canonical
from evomerge.recipe import Genome
from evomerge.search.algorithms import ALGORITHMS
from evomerge.search.candidate import Vector
from evomerge.search.kind import Problem

WORDS = 20
STARTS = (
    "b + sum(w * d)",
    "b + median(w * d)",
    "b + sum(w * d * elect(w * d))",
    "b + sum(w * d * keep(d, p))",
)
"""Formulas that the search begins with, no method of ours among the best on all sets."""
GENES = {"words": WORDS, "start": STARTS[0], "starts": [*STARTS[1:]], "itself": False}


@dataclass(frozen=True)
class JoinedGenome:
    """One formula, and the numbers that it has on each set.

    Coordinates are the words, then those of each set's numbers, set after set.
    """

    genomes: Sequence[Genome]

    @property
    def start(self) -> Vector:
        """Where the search begins."""
        words = self._words(self.genomes[0])
        numbers = [x for one in self.genomes for x in self._numbers(one, one.start)]
        return (*self.genomes[0].start[words], *numbers)

    def with_formula(self, text: str) -> Vector:
        """The same with another formula."""
        words = self.genomes[0].words
        assert words is not None
        return (*words.space.encode(parse_formula(text)), *self.start[WORDS:])

    def each(self, vector: Vector) -> list[Vector]:
        """The genome of each set."""
        made, rest = list[Vector](), iter(vector[WORDS:])
        for genome in self.genomes:
            words, own = self._words(genome), list(genome.start)
            own[words] = vector[:WORDS]
            for number in self._places(genome):
                own[number] = next(rest)
            made.append(tuple(own))
        return made

    @staticmethod
    def _words(genome: Genome) -> slice:
        assert genome.wanted is not None
        return genome.wanted.coordinates

    def _places(self, genome: Genome) -> list[int]:
        words = self._words(genome)
        return [n for n in range(len(genome)) if not words.start <= n < words.stop]

    def _numbers(self, genome: Genome, vector: Vector) -> list[float]:
        return [vector[number] for number in self._places(genome)]


def find(sets: Sequence[OpenedSet], generations: int, population: int, seed: int) -> list[str]:
    """The formulas of a search, the best first; of equals the one that was asked first."""
    entry = Entry("", {"formula": {"gene": GENES}, "names": dict(NAMES)}, ("w",), {"p": SHARE})
    joined = JoinedGenome([one.genome(entry) for one in sets])
    wanted = joined.genomes[0].wanted
    assert wanted is not None
    wanted = replace(wanted, first=0)
    start = joined.start
    starts = tuple(joined.with_formula(text) for text in STARTS[1:])
    problem = Problem(start, (0,) * len(start), starts=starts, formula=wanted)
    kind = ALGORITHMS["genetic-programming"]
    algorithm = kind.make(problem, kind.settings(population=population), seed)
    best: dict[str, float] = {}
    for number in range(generations * population):
        (candidate,) = algorithm.ask(1)
        genomes = zip(sets, joined.genomes, joined.each(candidate.genome), strict=True)
        each = [one.fitness(g.decode(v), Split.SEARCH) for one, g, v in genomes]
        done = [fitness for fitness in each if fitness is not None]
        mean = fmean(done) if len(done) == len(each) else None
        algorithm.tell(candidate, outcome_of(mean))
        text = text_of(canonical(wanted.of(candidate.genome)))
        if mean is not None:
            best[text] = max(mean, best.get(text, mean))
        shown = "failed" if mean is None else f"{mean:.3f}"
        print(f"{number} {shown} {candidate.operator} {text}", flush=True)
    return sorted(best, key=lambda text: -best[text])
