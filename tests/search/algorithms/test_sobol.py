import numpy as np
import pytest

from evomerge.search import Problem
from evomerge.search.algorithms.sobol import SobolSettings, make
from tests.search.conformance import failed, history


def points(n, count, seed=0):
    algorithm = make(Problem((0.5,) * n, (0,) * n), SobolSettings(), seed)
    return np.array([candidate.genome for candidate in algorithm.ask(count)])


def test_each_part_of_the_space_has_as_many():
    """Of 64 points every quarter of each coordinate has 16, and every ninth of chance has not."""
    for column in points(5, 64).T:
        assert np.histogram(column, bins=4, range=(0, 1))[0].tolist() == [16] * 4


def test_it_integrates_better_than_chance():
    """The mean of a product over the cube is 2^-4."""
    by_chance = np.random.default_rng(0).random((512, 4)).prod(axis=1).mean()
    assert points(4, 512).prod(axis=1).mean() == pytest.approx(2**-4, rel=0.01)
    assert by_chance != pytest.approx(2**-4, rel=0.01)


def test_what_is_told_changes_nothing_and_seeds_do():
    algorithm = make(Problem((0.5,) * 3, (0,) * 3), SobolSettings(), 0)
    told = [one.genome for generation in history(algorithm, failed, 4) for one in generation]
    assert np.array(told).tolist() == points(3, 32).tolist()
    assert points(3, 32, seed=1).tolist() != points(3, 32).tolist()
    assert algorithm.mean() is None
