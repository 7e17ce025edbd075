import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.search import Outcome
from evomerge.search.algorithms.cma_es import CmaEs, CmaEsSettings
from tests.search.conformance import history


def cma_es(n, population=None, seed=0):
    return CmaEs((0.5,) * n, CmaEsSettings(population=population), seed)


def sphere(genome):
    return Outcome((-sum((x - 0.3) ** 2 for x in genome),))


def told(algorithm, outcomes):
    """Tell it a generation's outcomes; the next generation."""
    for candidate, outcome in zip(algorithm.ask(algorithm.population), outcomes, strict=True):
        algorithm.tell(candidate, outcome)
    return [candidate.genome for candidate in algorithm.ask(algorithm.population)]


def test_it_comes_to_the_peak_exactly():
    algorithm = cma_es(6)
    history(algorithm, sphere, 200)
    assert algorithm.mean() == pytest.approx((0.3,) * 6, abs=1e-6)


def test_it_learns_a_valley_that_runs_across():
    def rosenbrock(genome):
        x = [4 * value - 1.5 for value in genome]
        return -sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x))

    algorithm = cma_es(4, seed=1)
    history(algorithm, lambda genome: Outcome((rosenbrock(genome),)), 300)
    assert rosenbrock(algorithm.mean()) > -1e-6


@settings(max_examples=20, deadline=None)
@given(st.sets(st.integers(0, 9), max_size=8))
def test_failures_rank_last(failed):
    """A failure counts like a value worse than all others, whatever that value is."""
    values = [0.1 * number for number in range(10)]
    failing = [Outcome(failure="x") if i in failed else Outcome((v,)) for i, v in enumerate(values)]
    worst = [Outcome((-1e6 if i in failed else v,)) for i, v in enumerate(values)]
    assert told(cma_es(3, 10), failing) == told(cma_es(3, 10), worst)


def test_floors_come_before_fitness_and_their_sizes_do_not_matter():
    fair = [Outcome((0.1 * n,)) for n in range(3)]
    low = [Outcome((0.9,), violation=0.01), Outcome((0.8,), violation=0.3)]
    lower = [Outcome((99.0,), violation=5.0), Outcome((-7.0,), violation=8.0)]
    by_rank = [Outcome((float(n),)) for n in (2, 3, 4, 1, 0)]
    expected = told(cma_es(3, 5), by_rank)
    assert told(cma_es(3, 5), fair + low) == expected
    assert told(cma_es(3, 5), fair + lower) == expected


def test_those_cut_from_a_race_rank_below_those_that_were_not():
    cut = [Outcome((0.9,), cut=True), Outcome((0.2,)), Outcome((0.3,)), Outcome((0.1,), cut=True)]
    by_rank = [Outcome((float(n),)) for n in (1, 2, 3, 0)]
    assert told(cma_es(2, 4), cut) == told(cma_es(2, 4), by_rank)


def test_the_start_is_where_it_starts():
    assert CmaEs((0.1, 0.9), CmaEsSettings(), 0).mean() == pytest.approx((0.1, 0.9))


def test_generations_have_the_usual_size_and_the_better_half_is_selected():
    assert [cma_es(n).population for n in (1, 2, 12, 100)] == [6, 6, 11, 17]
    assert cma_es(12, population=12).population == 12
    assert [cma_es(4).selects(count) for count in (1, 2, 7, 12)] == [1, 1, 3, 6]


def test_of_equals_the_first_is_better_whatever_the_machines_way_of_sorting():
    equal = [Outcome((value,)) for value in (1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0)]
    numbered = [
        Outcome((value - 1e-6 * n,)) for n, (value,) in enumerate(o.objectives for o in equal)
    ]
    assert told(cma_es(3, 10), equal) == told(cma_es(3, 10), numbered)
