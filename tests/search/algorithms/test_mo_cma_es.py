import numpy as np
import pytest

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.mo_cma_es import MO_CMA_ES, MoCmaEs
from evomerge.search.hypervolume import hypervolume
from tests.search.conformance import history, new, sphere


def algorithm(starts=(), n=2, **settings):
    problem = Problem((0.5,) * n, (0,) * n, 2, starts)
    return MoCmaEs(problem, MO_CMA_ES.settings(**settings), 0)


def test_a_batch_has_a_mean_and_what_its_strategy_has_drawn():
    starts = ((0.1, 0.2), (0.8, 0.9))
    search = algorithm(starts, kernels=3, population=5)
    asked = search.ask(search.population)
    assert [one.operator for one in asked] == (["mean"] + ["sample"] * 5) * 3
    assert [one.genome for one in asked[::6]] == [
        pytest.approx(start) for start in ((0.5, 0.5), *starts)
    ]


def test_the_means_come_to_lie_along_the_front():
    """Of two spheres it is the line between their centres."""
    search = new(MO_CMA_ES, 3, settings={"kernels": 3})
    means = np.array(
        [one.genome for one in history(search, sphere(MO_CMA_ES), 60)[-1] if one.operator == "mean"]
    )
    assert means.std(axis=1) == pytest.approx(0.0, abs=0.02)
    along = np.sort(means.mean(axis=1))
    assert 0.38 < along[0] < along[1] - 0.01 < along[2] - 0.02 < 0.52


def test_three_goals_are_searched_for_too():
    def score(genome):
        return Outcome((0.0, *(1 - (x - 1) ** 2 for x in genome)))

    def reached(generation):
        points = [score(one.genome).objectives[1:] for one in generation]
        return hypervolume(points, (0.0, 0.0, 0.0))

    problem = Problem((0.5,) * 3, (0,) * 3, 3)
    found = history(MoCmaEs(problem, MO_CMA_ES.settings(), 0), score, 30)
    assert reached(found[0]) < 0.99 < reached(found[-1])


def test_it_ends_when_every_strategy_has_converged():
    search = algorithm(kernels=1)
    for _ in range(400):
        asked = search.ask(search.population)
        if not asked:
            break
        for one in asked:
            values = [-((one.genome[0] - c) ** 2) - one.genome[1] ** 2 for c in (0.5, 0.5)]
            search.tell(one, Outcome((0.0, *values)))
    assert search.finished() == "every strategy has converged"
