import numpy as np

from evomerge.search.restarts import Restarts


def runs(rule, spent):
    """The population and step of each run, where each spends so many evaluations."""
    restarts = Restarts(rule, 10, 0.2, np.random.default_rng(3))
    return [restarts.next_run(evaluations) for evaluations in spent]


def test_the_population_doubles():
    assert runs("ipop", [100] * 4) == [(20, 0.2), (40, 0.2), (80, 0.2), (160, 0.2)]


def test_of_two_regimes_the_one_that_has_spent_less_is_next():
    """Large, for the first run counts for neither; then small ones until they have spent more."""
    regimes = [sigma == 0.2 for _, sigma in runs("bipop", [50, 1000, 400, 400, 400, 300, 2000])]
    assert regimes == [True, False, False, False, True, False, True]


def test_small_runs_are_between_the_first_and_half_the_last_large_one_and_step_less():
    found = runs("bipop", [0, 10**9, *[1] * 300])
    (large, _), *small = found
    assert large == 20
    assert {population for population, _ in small} == {10}
    restarts = Restarts("bipop", 10, 0.2, np.random.default_rng(0))
    for _ in range(4):
        restarts.next_run(0)  # both have spent nothing: large
    sizes = [restarts.next_run(10**9 if number == 0 else 1) for number in range(300)]
    assert min(population for population, _ in sizes) == 10
    assert 60 < max(population for population, _ in sizes) <= 80
    assert all(0.002 <= sigma < 0.2 for _, sigma in sizes)
