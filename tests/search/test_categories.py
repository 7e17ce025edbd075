import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.search.categories import ALPHA, Categories


def learnt(categories, score, generations, size=12, seed=0):
    """The same after generations, of which the better half counts equally."""
    generator = np.random.default_rng(seed)
    weights = np.full(size // 2, 2 / size)
    for _ in range(generations):
        values = categories.draw(size, generator)
        order = np.argsort([-score(row, generator) for row in values], kind="stable")
        categories.learn(values[order[: size // 2]], weights)
    return categories


def test_it_begins_uniform_and_draws_what_is_likely():
    categories = Categories([2, 5])
    values = categories.draw(5000, np.random.default_rng(1))
    assert np.bincount(values[:, 0]) / 5000 == pytest.approx([0.5] * 2, abs=0.03)
    assert np.bincount(values[:, 1]) / 5000 == pytest.approx([0.2] * 5, abs=0.03)


def test_it_finds_values_that_have_no_order():
    """Of seven values the fourth is best, and its neighbours worst."""
    worth = np.array([2, 1, 0, 9, 0, 1, 2])
    found = learnt(Categories([7] * 6), lambda row, _: worth[row].sum(), 60)
    assert found.mode().tolist() == [3] * 6


def test_no_value_becomes_impossible_and_the_best_of_all_is_drawn_mostly():
    found = learnt(Categories([2, 3, 2]), lambda row, _: -row.sum(), 200)
    possible = found.q[:, :2]
    assert (possible > 0).all()
    assert found.q[0, 2] == found.q[2, 2] == 0
    assert found.q[:, 0].prod() == pytest.approx(ALPHA, abs=0.01)


def test_noise_alone_shortens_its_steps_and_a_signal_lengthens_them():
    def noise(row, generator):
        return generator.random()

    def step(score):
        categories = learnt(Categories([2] * 20), score, 25)
        before = categories.q.copy()
        learnt(categories, score, 1, seed=1)
        return np.abs(categories.q - before).sum()

    lost = learnt(Categories([2] * 20), noise, 100)
    assert 0.1 < lost.q[:, 0].mean() < 0.9
    assert step(noise) < step(lambda row, _: (row * 2.0 ** np.arange(20)).sum())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(2, 6), min_size=1, max_size=5), st.integers(0, 99))
def test_rows_add_up_to_one_whatever_it_learns(counts, seed):
    categories = learnt(Categories(counts), lambda row, generator: generator.random(), 20, 6, seed)
    assert categories.q.sum(axis=1) == pytest.approx(np.ones(len(counts)))
    assert (categories.q >= 0).all()


def test_values_and_their_coordinates():
    categories = Categories([2, 4])
    assert categories.coordinates(np.array([1, 2])) == [0.75, 0.625]
    assert categories.values((0.75, 0.625)).tolist() == [1, 2]
    assert categories.values((1.0, 0.0)).tolist() == [1, 0]
