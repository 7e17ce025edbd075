"""A formula carried out: the elements of one tensor written in order, part by part."""

from __future__ import annotations

from typing import Protocol

import torch

from evomerge.merge.kernels import KINDS, functions_for
from evomerge.merge.kernels.thinning import Thinnings
from evomerge.merge.methods.formula import Combination, Elementwise, Formula, TaskVectors
from evomerge.merge.methods.inputs import PART, Inputs

STEPS = {"cpu": PART, "cuda": 64 * PART}
"""Elements made at a time; a GPU has few of them done before it is told of the next."""

Finite = bool | torch.Tensor
"""Whether all that was written is finite; from a GPU a tensor, which waits for it when asked."""


class Filling(Protocol):
    """Writes a tensor's elements, as many as are asked for at a time.

    The bits are the same whatever the parts.
    """

    def fill(self, out: torch.Tensor) -> Finite:
        """Write the next elements, whole rows of them.

        Args:
            out: flat and contiguous, in the result's type.

        Returns:
            Whether all that was written is finite.
        """
        ...


class Copying:
    """Writes what another tensor holds."""

    def __init__(self, tensor: torch.Tensor) -> None:
        self._rest = tensor.reshape(-1)

    def fill(self, out: torch.Tensor) -> Finite:
        """Write the next elements; see :class:`Filling`."""
        out.copy_(self._rest[: out.numel()])
        self._rest = self._rest[out.numel() :]
        return torch.isfinite(out).all()


class Scaling:
    """Multiplies what another filling writes, in the result's type."""

    def __init__(self, filling: Filling, factor: float) -> None:
        self._filling, self._factor = filling, factor

    def fill(self, out: torch.Tensor) -> Finite:
        """Write the next elements; see :class:`Filling`."""
        self._filling.fill(out)
        return torch.isfinite(out.mul_(self._factor)).all()


class Computing:
    """Carries out a formula."""

    def __init__(self, inputs: Inputs, formula: Formula) -> None:
        if isinstance(formula, TaskVectors) and formula.is_the_model:
            formula = Combination((1.0,))
        self.inputs, self.formula = inputs, formula
        self.offset = 0
        self._kernels = functions_for(inputs.thetas[0].device)
        if isinstance(formula, TaskVectors):
            self._thinnings = Thinnings(formula.thinnings)

    def fill(self, out: torch.Tensor) -> Finite:
        """Write the next elements; see :class:`Filling`."""
        step = max(1, STEPS[out.device.type] // self.inputs.columns) * self.inputs.columns
        finite: Finite = True
        for begin in range(0, out.numel(), step):
            here = self._write(out[begin : begin + step])
            finite = here if finite is True else finite & here
        return finite

    def _write(self, out: torch.Tensor) -> Finite:
        made = out if out.dtype in KINDS else torch.empty_like(out, dtype=torch.float32)
        match self.formula:
            case Combination():
                finite: Finite = self._combine(self.formula, made)
            case TaskVectors():
                finite = self._add(self.formula, made)
            case _:
                made.copy_(self._rows(made.numel()))
                finite = torch.isfinite(made).all()
        self.offset += out.numel()
        if made is not out:
            out.copy_(made)
        return finite

    def _combine(self, formula: Combination, out: torch.Tensor) -> Finite:
        thetas, weights = terms(self.inputs, formula)
        finite: Finite = self._kernels.combine(thetas, weights, out, self.offset)
        return finite

    def _add(self, formula: TaskVectors, out: torch.Tensor) -> Finite:
        finite: Finite = self._kernels.add_task_vectors(
            self.inputs.base,
            self.inputs.thetas,
            formula.weights,
            formula.factors,
            self._thinnings,
            elect=formula.elect,
            plainly=formula.plainly,
            least=formula.least,
            lambda_=formula.lambda_,
            out=out,
            offset=self.offset,
        )
        return finite

    def _rows(self, count: int) -> torch.Tensor:
        if isinstance(self.formula, Elementwise):
            thetas, base = self.inputs.rows(self.offset, count)
            return self.formula.kernel(thetas, base, self.offset // self.inputs.columns).view(-1)
        assert not isinstance(self.formula, Combination | TaskVectors)
        return self.formula.tensor.reshape(-1)[self.offset : self.offset + count]


def terms(inputs: Inputs, formula: Combination) -> tuple[list[torch.Tensor], list[float]]:
    """The tensors that are added up, and their weights."""
    thetas, weights = [*inputs.thetas], [*formula.coefficients]
    if inputs.base is not None and formula.at_base != 0:
        thetas.append(inputs.base)
        weights.append(formula.at_base)
    return thetas, weights
