import numpy as np
import pytest

from evomerge.search.crossing import Crossing, slerp


def test_slerp_goes_along_the_arc():
    a, b = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    assert slerp(a, b, 0.0) == pytest.approx(a)
    assert slerp(a, b, 1.0) == pytest.approx(b)
    assert slerp(a, b, 1 / 3) == pytest.approx([np.cos(np.pi / 6), np.sin(np.pi / 6)])


def test_of_parallel_opposite_and_empty_vectors_it_goes_straight():
    a = np.array([0.5, 0.25])
    assert slerp(a, 3 * a, 0.25) == pytest.approx(1.5 * a)
    assert slerp(a, -a, 0.25) == pytest.approx(0.5 * a)
    assert slerp(a, np.zeros(2), 0.5) == pytest.approx(0.5 * a)


class Chosen:
    """Draws what it was told to: a split point, a share, and no mutation."""

    def __init__(self, split, share):
        self.random = lambda size: np.array([split, share])
        self.standard_normal = np.zeros


# About the cube's centre these are at right angles in each pair of coordinates.
A = np.array([0.9, 0.5, 0.9, 0.5])
B = np.array([0.5, 0.9, 0.5, 0.9])


def test_before_the_split_b_has_its_share_and_behind_it_a():
    child = Crossing((0,) * 4, (), 0.0).child(A, B, Chosen(0.5, 0.0))
    assert child == pytest.approx([0.9, 0.5, 0.5, 0.9])
    child = Crossing((0,) * 4, (), 0.0).child(A, B, Chosen(0.5, 1.0))
    assert child == pytest.approx([0.5, 0.9, 0.9, 0.5])
    mixed = Crossing((0,) * 4, (), 0.0).child(A, B, Chosen(1.0, 1 / 3))
    cos, sin = 0.4 * np.cos(np.pi / 6), 0.4 * np.sin(np.pi / 6)
    assert mixed == pytest.approx([0.5 + cos, 0.5 + sin] * 2)


def test_it_is_split_at_a_depth_where_genes_have_one():
    depths = (1.0, 0.0, 0.75, None)  # the last lies at 7/8, as one of four
    child = Crossing((0,) * 4, depths, 0.0).child(A, B, Chosen(0.8, 0.0))
    assert child == pytest.approx([0.5, 0.5, 0.9, 0.9])


def test_mutation_has_its_deviation_and_stays_in_the_cube():
    generator = np.random.default_rng(0)
    half = np.full(4000, 0.5)
    child = np.array(Crossing((0,) * 4000, (), 0.01).child(half, half, generator))
    assert np.std(child) == pytest.approx(0.01, rel=0.05)
    edge = Crossing((0,) * 4000, (), 0.5).child(half, half, generator)
    assert min(edge) == 0.0
    assert max(edge) == 1.0


def test_genes_that_choose_are_one_parents_and_one_of_them_is_drawn_anew():
    a, b = np.full(50, 0.25), np.full(50, 0.75)
    crossing, generator = Crossing((2,) * 50, (), 0.5), np.random.default_rng(0)
    for _ in range(20):
        child = np.array(crossing.child(a, b, generator))
        assert np.sum((child != 0.25) & (child != 0.75)) == 1
