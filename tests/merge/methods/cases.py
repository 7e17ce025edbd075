"""Small tensors to merge, drawn so that ties, zero deltas and cancelled sums come up often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from evomerge.merge.making.filling import Computing
from evomerge.merge.methods import METHODS, Inputs

SHAPES = [(), (1,), (7,), (3, 5), (1, 6), (6, 1), (2, 3, 2), (0,), (0, 3)]
DTYPES = [torch.float32, torch.bfloat16, torch.float16]
# Few distinct magnitudes; all sums of them are exact in every type.
VALUES = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 3.0])
DENSITIES = st.sampled_from([0.0, 1e-9, 0.1, 0.34, 0.5, 0.99, 1.0, 1.5])
EXACT_WEIGHTS = [1.0, 0.5, -0.25, 2.0]
"""Exact in float32, so that no sign is elected by a rounding."""


@dataclass(frozen=True)
class Case:
    """Base and models in float64, and as tensors of a type that holds them exactly."""

    base: np.ndarray
    thetas: list[np.ndarray]
    dtype: torch.dtype

    @property
    def tensors(self):
        """The models' and the base's."""
        return [tensor(t, self.dtype) for t in self.thetas], tensor(self.base, self.dtype)


@st.composite
def cases(draw, least=1, most=4, unit=1):
    """Models of one shape; their values are multiples of `unit` times the number of models."""
    shape, count = draw(st.sampled_from(SHAPES)), draw(st.integers(least, most))
    arrays = [draw(hnp.arrays(np.float64, shape, elements=VALUES)) for _ in range(count + 1)]
    return Case(arrays[0] * unit, [a * unit for a in arrays[1:]], draw(st.sampled_from(DTYPES)))


def for_each(elements):
    """Lists long enough for any case."""
    return st.lists(elements, min_size=4, max_size=4)


def tensor(array, dtype=torch.float32):
    return torch.tensor(array, dtype=dtype)


def merged(name, thetas, base=None, **settings):
    """What a method makes in float32; settings that are not given have their defaults."""
    method = METHODS[name]
    inputs = Inputs(thetas, None if method.base == "unused" else base)
    formula = method.make(inputs, **{**defaults(name, len(thetas)), **settings})
    out = torch.empty(inputs.shape)
    Computing(inputs, formula).fill(out.view(-1))
    return out


def defaults(name, count):
    """Every parameter of a method as it is passed for so many models."""
    method = METHODS[name]
    values = {}
    for parameter, contract in method.parameters.items():
        key = "lambda_" if parameter == "lambda" else parameter
        values[key] = [contract.default] * count if contract.per_model else contract.default
    return {**values, "keys": [*range(1, count + 1)]} if method.random else values


def assert_agrees(ours, theirs, where=None, tolerance=2e-5):
    ours = ours.double().numpy()
    if where is not None:
        ours, theirs = np.where(where, ours, 0.0), np.where(where, theirs, 0.0)
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)
