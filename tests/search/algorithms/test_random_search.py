import numpy as np

from evomerge.search.algorithms.random_search import RandomSearch, RandomSettings
from tests.search.conformance import failed, history


def test_what_is_drawn_depends_on_nothing_that_is_told():
    whole = RandomSearch(3, RandomSettings(population=5), 7)
    told = history(RandomSearch(3, RandomSettings(population=5), 7), failed, 4)
    drawn = whole.ask(20)
    assert [candidate for generation in told for candidate in generation] == drawn
    assert [c.genome for c in drawn] == [
        tuple(row) for row in np.random.default_rng(7).random((20, 3)).tolist()
    ]
    assert [(c.generation, c.position) for c in drawn[4:6]] == [(0, 4), (1, 0)]


def test_it_is_uniform_and_has_no_mean():
    algorithm = RandomSearch(2, RandomSettings(), 0)
    genomes = np.array([candidate.genome for candidate in algorithm.ask(4000)])
    assert np.abs(genomes.mean(axis=0) - 0.5).max() < 0.02
    assert np.abs(genomes.var(axis=0) - 1 / 12).max() < 0.005
    assert algorithm.mean() is None
