import itertools

import numpy as np
import pytest

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.differential_evolution import (
    DifferentialEvolutionSettings,
    make,
)
from tests.search.conformance import history


def evolution(n, seed=0, **settings):
    problem = Problem((0.5,) * n, (0,) * n)
    return make(problem, DifferentialEvolutionSettings(**settings), seed)


def sphere(genome):
    return Outcome((-sum((x - 0.3) ** 2 for x in genome),))


def test_it_comes_to_the_peak():
    *_, last = history(evolution(6), sphere, 150)
    assert np.array([one.genome for one in last]) == pytest.approx(0.3, abs=1e-3)


def test_it_learns_a_valley_that_runs_across():
    def rosenbrock(genome):
        x = [4 * value - 1.5 for value in genome]
        value = sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x))
        return Outcome((-value,))

    *_, last = history(evolution(4, seed=1), rosenbrock, 300)
    assert max(rosenbrock(one.genome).fitness for one in last) > -1e-6


def test_a_challenger_is_made_of_its_incumbent_the_best_and_two_others():
    algorithm = evolution(5)
    first, second = history(algorithm, sphere, 2)
    genomes = {one.number: one.genome for one in first}
    best = sorted(first, key=lambda one: sphere(one.genome).fitness, reverse=True)[:2]
    for member, challenger in enumerate(second):
        incumbent, lead, one, two = challenger.origins
        assert incumbent == member
        assert lead in {candidate.number for candidate in best}
        assert len({incumbent, one, two}) == 3
        x = np.array(genomes[incumbent])
        towards = np.array(genomes[lead]) - x + np.array(genomes[one]) - np.array(genomes[two])
        moved = np.array(challenger.genome) - x
        inside = (moved != 0) & (np.abs(x + towards - 0.5) < 0.5)
        shares = (moved / towards)[inside]
        assert shares == pytest.approx(
            np.full(len(shares), shares[:1].mean() if len(shares) else 0)
        )


def test_noise_does_not_end_it_far_from_the_peak():
    """It comes as near as one standard error; where it begins, members are ten away."""
    generator = np.random.default_rng(2)

    def noisy(genome):
        value = sphere(genome).fitness + 0.05 * float(generator.standard_normal())
        return Outcome((value,), (0.05,))

    algorithm = evolution(4)
    *_, last = history(algorithm, noisy, 150)
    asked = [one.genome for one in last if one.operator == "again"]
    assert len(asked) == 10
    assert -np.mean([sphere(genome).fitness for genome in asked]) < 0.05
