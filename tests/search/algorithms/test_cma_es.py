import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.cma_es import FLAT, CmaEsSettings, make
from tests.search.conformance import history

GOLDEN = (
    (0.5068385534506369, 0.7719540405915644, 0.7449523806604587),
    (0.29390664626654067, 0.2949589192932736, 0.3257874829354552),
)


def cma_es(n, population=None, seed=0, restarts=None, **more):
    problem = Problem((0.5,) * n, more.pop("choices", (0,) * n), **more)
    return make(problem, CmaEsSettings(population=population, restarts=restarts), seed)


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
    algorithm = make(Problem((0.1, 0.9), (0, 0)), CmaEsSettings(), 0)
    assert algorithm.mean() == pytest.approx((0.1, 0.9))


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


def test_its_candidates_stay_what_they_are():
    """The first and the last of ten generations, as they were before it had restarts or choices."""
    (first, *_), *_, (*_, last) = [
        [candidate.genome for candidate in generation]
        for generation in history(cma_es(3, seed=11), sphere, 10)
    ]
    assert first == pytest.approx(GOLDEN[0], abs=1e-12)
    assert last == pytest.approx(GOLDEN[1], abs=1e-9)


def binaries_and_numbers(genome):
    """Ten choices of two values, and ten numbers in a bowl that is steeper for some than others."""
    wrong = sum(x < 0.5 for x in genome[:10])
    slopes = [10 ** (2 * i / 9) for i in range(10)]
    return -wrong - 100 * sum(
        slope * (x - 0.3) ** 2 for slope, x in zip(slopes, genome[10:], strict=True)
    )


def first_of(algorithm, score, target, budget):
    """After how many evaluations it reaches a target; None if not within the budget."""
    evaluations = 0
    while evaluations < budget:
        for candidate in algorithm.ask(algorithm.population):
            value = score(candidate.genome)
            evaluations += 1
            if value >= target:
                return evaluations
            algorithm.tell(candidate, Outcome((value,)))
    return None


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_solves_choices_and_numbers_at_once_where_numbers_alone_stall(seed):
    """Told nothing of the choices, their steps become too small to change them."""
    solved = first_of(
        cma_es(20, seed=seed, choices=(2,) * 10 + (0,) * 10), binaries_and_numbers, -1e-6, 8000
    )
    assert solved is not None
    stalled = first_of(cma_es(20, seed=seed), binaries_and_numbers, -1e-6, 2 * solved)
    assert stalled is None


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_solves_choices_of_three_in_an_order(seed):
    """Only as many count as stand before the first that is wrong."""

    def leading(genome):
        right = 0
        while right < 6 and genome[right] > 2 / 3:
            right += 1
        return right - 6 - 10 * sum((x - 0.3) ** 2 for x in genome[6:])

    algorithm = cma_es(10, seed=seed, choices=(3,) * 6 + (0,) * 4)
    assert first_of(algorithm, leading, -1e-6, 10_000) is not None


def rastrigin(genome):
    """Hundreds of peaks, the highest at 0.6; in its usual domain from -5 to 5."""
    x = [10 * (value - 0.6) for value in genome]
    return -sum(v * v + 10 * (1 - math.cos(2 * math.pi * v)) for v in x)


@pytest.mark.parametrize("restarts", ["ipop", "bipop"])
def test_restarts_leave_a_peak_that_is_not_the_highest(restarts):
    once = cma_es(4, seed=1)
    history(once, lambda genome: Outcome((rastrigin(genome),)), 150)
    assert rastrigin(once.mean()) < -0.9
    algorithm = cma_es(4, seed=1, restarts=restarts)
    assert first_of(algorithm, rastrigin, -1e-6, 40_000) is not None
    history(algorithm, lambda genome: Outcome((rastrigin(genome),)), 200)
    assert rastrigin(algorithm.mean()) > -1e-3


def test_a_restart_doubles_the_population_and_goes_on_counting():
    algorithm = cma_es(2, restarts="ipop")
    sizes = [len(generation) for generation in history(algorithm, sphere, 120)]
    assert sizes == sorted(sizes)
    assert {*sizes} >= {6, 12}
    (last,) = history(algorithm, sphere, 1)
    assert last[0].generation == 120
    assert last[0].number == sum(sizes)


def test_it_restarts_where_there_is_nothing_to_learn_from():
    algorithm = cma_es(3, population=4, restarts="ipop")
    sizes = [len(one) for one in history(algorithm, lambda genome: Outcome((0.5,)), FLAT + 1)]
    assert sizes == [4] * FLAT + [8]


def test_the_mean_is_that_of_the_run_whose_last_generation_was_best():
    """After it has converged to the peak, runs that have just begun are not preferred."""
    algorithm = cma_es(2, restarts="ipop")
    while algorithm.population == 6:
        history(algorithm, sphere, 1)
    assert algorithm.mean() == pytest.approx((0.3, 0.3), abs=1e-4)
    history(algorithm, sphere, 1)
    assert algorithm.mean() == pytest.approx((0.3, 0.3), abs=1e-4)


def test_what_was_in_flight_at_a_restart_is_told_without_effect():
    """Two that differ in what is told of those from before the restart propose the same."""

    def restarted(value):
        algorithm = cma_es(2, restarts="ipop", steady=True)
        late = algorithm.ask(3)
        while algorithm.population == 6:
            (candidate,) = algorithm.ask(1)
            algorithm.tell(candidate, sphere(candidate.genome))
        for candidate in late:
            algorithm.tell(candidate, Outcome((value,)))
        history(algorithm, sphere, 3)
        return algorithm.ask(12)

    assert restarted(9.0) == restarted(-9.0)


def test_starts_come_first_and_are_half_a_generation_at_most():
    starts = tuple((0.1 * number, 0.9) for number in range(6))
    first = cma_es(2, starts=starts).ask(6)
    assert [candidate.operator for candidate in first] == ["start"] * 3 + ["sample"] * 3
    for candidate, start in zip(first, starts[:3], strict=False):
        assert candidate.genome == pytest.approx(start, abs=1e-9)
