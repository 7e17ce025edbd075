"""Sums over models: of tensors, and with coefficients for each row, or each column."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from evomerge.merge.methods.formula import Elementwise, Rows
from evomerge.merge.methods.inputs import Inputs


def combined_by_row(inputs: Inputs, coefficients: npt.NDArray[np.float64]) -> Elementwise:
    """Add up c x in each row, with x = theta; or b + sum c d where there is a base.

    Args:
        coefficients: shape (rows, models).
    """
    each = _tensors(inputs, coefficients)

    def kernel(thetas: Rows, base: torch.Tensor | None, first: int) -> torch.Tensor:
        end = first + len(thetas[0])
        return _combined(thetas, base, [c[first:end, None] for c in each])

    return Elementwise(kernel)


def combined_by_column(inputs: Inputs, coefficients: npt.NDArray[np.float64]) -> Elementwise:
    """The same with coefficients for each place in the dimensions after the first.

    Args:
        coefficients: shape (places, models).
    """
    each = [c.view(-1, inputs.columns) for c in _tensors(inputs, coefficients)]

    def kernel(thetas: Rows, base: torch.Tensor | None, first: int) -> torch.Tensor:
        rows = torch.arange(first, first + len(thetas[0]), device=thetas[0].device)
        return _combined(thetas, base, [c[rows % len(c)] for c in each])

    return Elementwise(kernel)


def added(tensors: Rows) -> torch.Tensor:
    """Add tensors up, one after the other.

    The order in which `torch.sum` adds five or more depends on where an element stands in the part.
    """
    total = torch.zeros_like(tensors[0])
    for tensor in tensors:
        total += tensor
    return total


def _tensors(inputs: Inputs, coefficients: npt.NDArray[np.float64]) -> list[torch.Tensor]:
    made = torch.from_numpy(coefficients.astype(np.float32)).to(inputs.thetas[0].device)
    return [c.contiguous() for c in made.unbind(-1)]


def _combined(thetas: Rows, base: torch.Tensor | None, each: Rows) -> torch.Tensor:
    total = torch.zeros_like(thetas[0])
    for theta, c in zip(thetas, each, strict=True):
        total += c * (theta if base is None else theta - base)
    return total if base is None else total + base
