"""Several offspring made at once, each parent's tensor read once for all sums that it is in."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import torch

from evomerge.cores import Cores
from evomerge.merge.kernels import KINDS, functions_for
from evomerge.merge.making.blend import Blender
from evomerge.merge.making.filling import Making, terms
from evomerge.merge.methods import Inputs
from evomerge.merge.methods.formula import Combination, TaskVectors
from evomerge.merge.plan.plan import Operation


@dataclass(frozen=True)
class Wanted:
    """One tensor of one offspring, and where to write it."""

    blender: Blender
    operation: Operation
    out: torch.Tensor


@dataclass(frozen=True)
class Sum:
    """Sum w theta, or b + lambda sum w (theta - b) where there is a base."""

    inputs: Inputs
    thetas: list[torch.Tensor]
    weights: Sequence[float]
    base: torch.Tensor | None = None
    lambda_: float = 1.0

    @property
    def same(self) -> Hashable:
        """What sums have in common that are made in one pass."""
        return id(self.inputs), len(self.thetas), self.base is None


def make_offspring(
    blenders: Iterable[Blender], cores: Cores, device: torch.device
) -> list[dict[str, torch.Tensor]]:
    """The tensors of each blender's offspring, by name.

    Raises:
        TrialError: one of them has values that are not finite.
    """
    made: list[dict[str, torch.Tensor]] = []
    by_name: dict[str, list[Wanted]] = {}
    blenders = [*blenders]
    for blender in blenders:
        made.append({})
        for operation in blender.plan.operations:
            spec = blender.spec(operation)
            out = torch.empty(spec.shape, dtype=spec.dtype, device=device)
            made[-1][operation.name] = out
            by_name.setdefault(operation.name, []).append(Wanted(blender, operation, out))
    largest_first = sorted(by_name.values(), key=lambda every: -every[0].out.numel())
    cores.each(_make, largest_first)
    for blender in blenders:
        blender.check()
    return made


@torch.inference_mode()
def _make(every: Sequence[Wanted]) -> None:
    """Make tensors of one name: sums of the same together, others one by one."""
    passes: dict[Hashable, list[tuple[Wanted, Sum]]] = {}
    for wanted in every:
        filling = wanted.blender.filling(wanted.operation)
        found = _sum(filling) if isinstance(filling, Making) else None
        if found is not None and wanted.out.dtype in KINDS:
            passes.setdefault(found.same, []).append((wanted, found))
        else:
            finite = filling.fill(wanted.out.view(-1))
            wanted.blender.judge(wanted.operation, wanted.out, finite)
    for together in passes.values():
        _add_up(together)


def _sum(making: Making) -> Sum | None:
    """What is made, where it is nothing but a sum."""
    inputs, formula = making.inputs, making.formula
    if isinstance(formula, Combination):
        return Sum(inputs, *terms(inputs, formula))
    if not isinstance(formula, TaskVectors) or formula.elect:
        return None
    if any(thinning is not None for thinning in formula.thinnings) or {*formula.factors} != {1.0}:
        return None
    return Sum(inputs, inputs.thetas, formula.weights, inputs.base, formula.lambda_)


def _add_up(together: Sequence[tuple[Wanted, Sum]]) -> None:
    first = together[0][1]
    flags = functions_for(first.thetas[0].device).combine_each(
        first.thetas,
        [one.weights for _, one in together],
        [wanted.out.view(-1) for wanted, _ in together],
        0,
        first.base,
        [one.lambda_ for _, one in together],
    )
    for (wanted, _), finite in zip(together, flags, strict=True):
        wanted.blender.judge(wanted.operation, wanted.out, finite)
