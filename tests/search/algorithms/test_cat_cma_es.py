import pytest

from evomerge.search import Outcome, Problem
from evomerge.search.algorithms.cat_cma_es import CatCmaEsSettings, make
from evomerge.search.algorithms.cma_es import make as make_cma_es
from tests.search.algorithms.test_cma_es import CmaEsSettings, binaries_and_numbers, first_of
from tests.search.conformance import history


def cat_cma_es(choices, seed=0, starts=(), **settings):
    problem = Problem((0.5,) * len(choices), choices, starts=starts)
    return make(problem, CatCmaEsSettings(**settings), seed)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_needs_less_than_cma_es_for_choices_and_numbers(seed):
    choices = (2,) * 10 + (0,) * 10
    apart = first_of(cat_cma_es(choices, seed), binaries_and_numbers, -1e-6, 8000)
    together = make_cma_es(Problem((0.5,) * 20, choices), CmaEsSettings(), seed)
    assert apart is not None
    assert first_of(together, binaries_and_numbers, -1e-6, 4 * apart // 3) is None


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_values_have_no_order(seed):
    """Of seven the best stands beside the worst."""
    worth = [3, 4, 5, 0, 9, 1, 2]

    def score(genome):
        return sum(worth[int(7 * x)] for x in genome) - 9 * len(genome)

    algorithm = cat_cma_es((7,) * 8, seed)
    assert first_of(algorithm, score, 0, 3000) is not None


def test_without_choices_it_is_cma_es():
    def sphere(genome):
        return Outcome((-sum((x - 0.3) ** 2 for x in genome),))

    plain = make_cma_es(Problem((0.5,) * 3, (0,) * 3), CmaEsSettings(), 4)
    algorithm = cat_cma_es((0, 0, 0), 4)
    assert history(algorithm, sphere, 20) == history(plain, sphere, 20)
    assert algorithm.mean() == plain.mean()


def test_its_mean_has_the_likeliest_values():
    def score(genome):
        return Outcome((-((genome[1] - 0.3) ** 2) - (genome[0] > 0.5) - (genome[2] < 0.7),))

    algorithm = cat_cma_es((2, 0, 4))
    history(algorithm, score, 60)
    assert algorithm.mean() == pytest.approx((0.25, 0.3, 0.875), abs=1e-3)


def test_starts_are_a_part_of_the_first_generation():
    start = (0.75, 0.9, 0.125)
    first = cat_cma_es((2, 0, 4), starts=(start,)).ask(7)
    assert first[0].genome == pytest.approx(start, abs=1e-9)
    assert [one.operator for one in first] == ["start"] + ["sample"] * 6


def test_generations_have_the_usual_size():
    assert [cat_cma_es((2,) * n).population for n in (1, 12, 100)] == [6, 11, 17]
    assert cat_cma_es((2, 0), population=9).population == 9
