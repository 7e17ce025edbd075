import numpy as np
import torch

from evomerge.merge.making.filling import Computing
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.lines import combined_by_column, combined_by_row

X = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
Y = torch.tensor([[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]])
BASE = torch.ones(2, 3)


def made(inputs, formula, rows=2):
    """The result, so many rows at a time."""
    out, computing = torch.empty(inputs.numel), Computing(inputs, formula)
    for begin in range(0, inputs.numel, rows * 3):
        computing.fill(out[begin : begin + rows * 3])
    return out.view(inputs.shape).tolist()


def test_each_row_has_coefficients_of_its_own():
    coefficients = np.array([[1.0, 0.0], [2.0, -0.5]])
    inputs = Inputs([X, Y])
    expected = [[1, 2, 3], [8 - 20, 10 - 25, 12 - 30]]
    for rows in (1, 2):
        assert made(inputs, combined_by_row(inputs, coefficients), rows) == expected


def test_with_a_base_deltas_are_combined_and_added_to_it():
    coefficients = np.array([[1.0, 1.0], [0.0, 0.0]])
    inputs = Inputs([X, Y], BASE)
    expected = [[1 + 0 + 9, 1 + 1 + 19, 1 + 2 + 29], [1, 1, 1]]
    assert made(inputs, combined_by_row(inputs, coefficients)) == expected


def test_each_column_has_coefficients_of_its_own():
    coefficients = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    inputs = Inputs([X, Y])
    for rows in (1, 2):
        assert made(inputs, combined_by_column(inputs, coefficients), rows) == [
            [1, 20, 33],
            [4, 50, 66],
        ]


def test_of_more_dimensions_each_place_behind_the_first_is_a_column():
    x = torch.arange(12.0).view(2, 2, 3)
    coefficients = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]])
    inputs = Inputs([x])
    expected = (x * torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])).tolist()
    for rows in (1, 2, 4):
        assert made(inputs, combined_by_column(inputs, coefficients), rows) == expected
