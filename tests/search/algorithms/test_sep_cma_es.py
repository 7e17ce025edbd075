import tracemalloc

import pytest

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.cma_es import CmaEsSettings
from evomerge.search.algorithms.cma_es import make as make_cma_es
from evomerge.search.algorithms.sep_cma_es import SepCmaEsSettings, make
from tests.search.conformance import history


def problem(n):
    return Problem((0.5,) * n, (0,) * n)


def steep(genome):
    """A bowl whose last coordinate counts 10,000 times what its first does."""
    n = len(genome)
    return Outcome((-sum(10 ** (4 * i / (n - 1)) * (x - 0.3) ** 2 for i, x in enumerate(genome)),))


def test_it_learns_a_step_for_each_gene():
    algorithm = make(problem(10), SepCmaEsSettings(), 0)
    history(algorithm, steep, 200)
    assert algorithm.mean() == pytest.approx((0.3,) * 10, abs=1e-3)


def test_its_memory_grows_no_faster_than_the_genes():
    def peak(n):
        tracemalloc.start()
        history(make(problem(n), SepCmaEsSettings(population=8), 0), steep, 3)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(4000) < 6 * peak(1000)


def test_it_learns_no_directions():
    """A valley across both coordinates takes it far longer than CMA-ES."""

    def valley(genome):
        x, y = genome
        return Outcome((-((x + y - 0.6) ** 2) - 1e4 * (x - y) ** 2,))

    def height(algorithm):
        history(algorithm, valley, 100)
        return valley(algorithm.mean()).fitness

    beside = Problem((0.2, 0.7), (0, 0))
    assert height(make_cma_es(beside, CmaEsSettings(), 0)) > -1e-9
    assert height(make(beside, SepCmaEsSettings(), 0)) < -1e-4
