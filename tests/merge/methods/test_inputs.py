import math

import numpy as np
import pytest
import torch

from evomerge.merge.kernels.thinning import Marked
from evomerge.merge.methods import inputs as module
from evomerge.merge.methods.inputs import Inputs


def tensors(*shape, count=3):
    generator = torch.Generator().manual_seed(math.prod(shape))
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for _ in range(count)]


@pytest.mark.parametrize(
    "shape, columns", [((), 1), ((5,), 5), ((2, 3), 3), ((2, 3, 4), 4), ((3, 0), 1)]
)
def test_a_row_is_the_last_dimension(shape, columns):
    inputs = Inputs(tensors(*shape))
    assert (inputs.columns, inputs.numel) == (columns, math.prod(shape))


@pytest.mark.parametrize("shape", [(7,), (5, 4), (2, 3, 4)])
def test_parts_are_whole_rows_and_all_of_the_tensor(monkeypatch, shape):
    monkeypatch.setattr(module, "PART", 6)
    thetas, base = tensors(*shape)[:2], tensors(*shape)[2]
    inputs = Inputs(thetas, base)
    parts = [inputs.rows(*part) for part in inputs.parts()]
    for number, theta in enumerate(thetas):
        whole = torch.cat([rows[number] for rows, _ in parts])
        assert torch.equal(whole, theta.float().view(-1, shape[-1]))
    assert torch.equal(torch.cat([b for _, b in parts]), base.float().view(-1, shape[-1]))


def test_products_are_of_the_tensors_and_last_of_the_base():
    *thetas, base = tensors(4, 3)
    inputs = Inputs(thetas, base)
    every = np.stack([t.float().double().flatten().numpy() for t in (*thetas, base)])
    np.testing.assert_allclose(inputs.products, every @ every.T, rtol=1e-6)
    deltas = every[:-1] - every[-1]
    np.testing.assert_allclose(inputs.delta_products, deltas @ deltas.T, rtol=1e-6)
    rows = (every[:-1] - every[-1]).reshape(2, 4, 3)
    np.testing.assert_allclose(
        inputs.row_products, np.einsum("irc,krc->rik", rows, rows), rtol=1e-5
    )
    np.testing.assert_allclose(
        inputs.column_products, np.einsum("irc,krc->cik", rows, rows), rtol=1e-5
    )


def test_what_was_found_is_found_once(monkeypatch):
    inputs = Inputs(tensors(4, 3))
    assert inputs.products is inputs.products


def test_sizes_are_sums_of_magnitudes_before_and_after():
    theta = torch.tensor([3.0, -1.0, 0.5, -4.0])
    inputs = Inputs([theta], torch.zeros(4))
    cut = inputs.magnitudes[0].cut(3, 1)
    assert inputs.sizes(0, cut) == (8.5, 4.0)
    marked = Marked(lambda offset, count: None, sizes=(8.5, 1.25))
    assert inputs.sizes(0, marked) == (8.5, 1.25)
