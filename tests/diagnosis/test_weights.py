"""What tensors hold: values that are no numbers, sizes that no parent has."""

import pytest
import torch

from evomerge.diagnosis.subject import Subject
from evomerge.diagnosis.weights import not_finite, strange_sizes
from tests.diagnosis import planted
from tests.diagnosis.planted import LIKE, NORM, UP, weights


def found(look, model, *parents):
    return [*look(Subject.of(str(model)), [Subject.of(name) for name in parents])]


def test_values_that_are_not_finite_are_counted_and_further_tensors_too(model):
    assert found(not_finite, model) == []
    planted.not_finite(model)

    def infinite(tensors):
        tensors[NORM][0] = -torch.inf

    weights(model, infinite)
    (one,) = found(not_finite, model)
    assert one.evidence.startswith(f"3 of the 24576 values of {UP} ")
    assert "and some of 1 more" in one.evidence


@pytest.mark.parametrize("factor, is_far", [(1.4, False), (1.6, True), (0.7, False), (0.6, True)])
def test_a_size_is_far_beyond_one_and_a_half_times_the_parents(model, factor, is_far):
    def scaled(tensors):
        tensors[UP] *= factor

    weights(model, scaled)
    assert bool(found(strange_sizes, model, LIKE)) == is_far
    assert found(strange_sizes, model) == []


def test_the_cure_of_what_is_too_large_is_not_that_of_what_is_too_small(model):
    planted.summed(model)
    (large,) = found(strange_sizes, model, LIKE)
    planted.left_out(model)
    (small,) = found(strange_sizes, model, LIKE)
    assert "normalize" in large.cure
    assert "rescale" in small.cure
