import numpy as np
import torch

from evomerge.merge.making.filling import Computing
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.spheres import combined, length, products_of

X, Y, BASE = torch.tensor([3.0, 4.0]), torch.tensor([0.0, 2.0]), torch.tensor([1.0, 1.0])


def made(inputs, coefficients):
    out = torch.empty(2)
    Computing(inputs, combined(inputs, coefficients)).fill(out)
    return out.tolist()


def test_models_are_combined_or_their_deltas():
    assert made(Inputs([X, Y]), [2.0, -1.0]) == [6, 6]
    assert made(Inputs([X, Y], BASE), [2.0, -1.0]) == [1 + 4 + 1, 1 + 6 - 1]


def test_products_are_of_what_is_combined():
    assert products_of(Inputs([X, Y])).tolist() == [[25, 8], [8, 4]]
    assert products_of(Inputs([X, Y], BASE)).tolist() == [[13, 1], [1, 2]]


def test_a_length_follows_from_the_products_alone():
    products = products_of(Inputs([X, Y]))
    assert length(np.array([1.0, 0.0]), products) == 5.0
    assert length(np.array([2.0, -1.0]), products) == np.hypot(6, 6)
    assert length(np.array([1.0, 1.0]), np.array([[1.0, -1.0], [-1.0, 1.0 - 1e-9]])) == 0.0
