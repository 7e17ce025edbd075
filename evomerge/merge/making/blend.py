"""One tensor of an offspring, made of its parents' by the method's kernel.

Both engines, the bank in memory and the stream from disk to disk, make every tensor here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from operator import itemgetter
from typing import Any

import torch

from evomerge.engine.protocol import Statistics
from evomerge.errors import TrialError
from evomerge.merge.kernels.masks import mask_key
from evomerge.merge.making.filling import Computing, Copying, Filling, Finite, Scaling
from evomerge.merge.making.integers import common
from evomerge.merge.methods import PART, Inputs
from evomerge.merge.methods.formula import Formula
from evomerge.merge.plan.ingredients import Ingredient
from evomerge.merge.plan.operation import Operation
from evomerge.merge.plan.places import is_table, places
from evomerge.merge.plan.plan import Plan
from evomerge.recipe import Recipe
from evomerge.weights import Parent, Spec

VARIANCE = "running_var"
"""What BatchNorm divides by the root of."""
InputsOf = Callable[[Operation], Inputs]
"""Gives the tensors that an operation takes."""


class Blender:
    """Makes the tensors of one recipe's offspring.

    Args:
        recipe: without genes.
        parents: its parents by name.
        device: where to compute.
        inputs_of: where inputs are remembered; by default nowhere.
        statistics: of each parent, where the method asks for them.
    """

    def __init__(
        self,
        recipe: Recipe,
        plan: Plan,
        parents: Mapping[str, Parent],
        device: torch.device,
        inputs_of: InputsOf | None = None,
        statistics: Mapping[str, Statistics] | None = None,
    ) -> None:
        self.recipe, self.plan, self.parents, self.device = recipe, plan, parents, device
        self._inputs_of = inputs_of or self._inputs
        self._statistics = statistics or {}
        self._ordered: dict[str, Operation] = {}
        self._settings: dict[tuple[int, tuple[int, ...]], Mapping[str, Any]] = {}
        self._unchecked: list[tuple[Operation, torch.Tensor, torch.Tensor]] = []

    def spec(self, operation: Operation) -> Spec:
        """Shape and type of the result: `out_dtype`, `dtype`, or what the inputs promote to."""
        return self.plan.sources.spec(operation)

    @torch.inference_mode()
    def make(self, operation: Operation, out: torch.Tensor) -> None:
        """Write the tensor; from a GPU only :meth:`check` tells whether it is finite.

        Args:
            out: contiguous, in the tensor's shape and type, on the device.

        Raises:
            TrialError: it has a value that is not finite.
            ParentError: integer tensors differ between the parents, or a parent is not finite.
        """
        self.judge(operation, out, self.filling(operation).fill(out.view(-1)))

    def judge(self, operation: Operation, out: torch.Tensor, finite: Finite) -> None:
        """Check that what a filling has made is finite; a GPU's only :meth:`check` looks at.

        Raises:
            TrialError, ParentError: as :meth:`make`.
        """
        if isinstance(finite, torch.Tensor) and finite.is_cuda:
            self._unchecked.append((operation, out, finite))
        else:
            self._check(operation, out, finite)

    def check(self) -> None:
        """Wait for a GPU, and look at all that was made.

        Raises:
            TrialError, ParentError: as :meth:`make`.
        """
        made, self._unchecked = self._unchecked, []
        if made and not torch.stack([finite for _, _, finite in made]).all():
            for operation, out, finite in made:
                self._check(operation, out, finite)

    def parts(self, operation: Operation) -> Iterator[torch.Tensor]:
        """The tensor in flat parts on the CPU, each in the same memory as the one before.

        Raises:
            TrialError, ParentError: as :meth:`make`.
        """
        with torch.inference_mode():
            spec, filling = self.spec(operation), self.filling(operation)
            columns = spec.shape[-1] if spec.shape else 1
            size = min(spec.numel, max(1, PART // max(1, columns)) * columns)
            buffer = torch.empty(size, dtype=spec.dtype, device=self.device)
            onto = (
                torch.empty(size, dtype=spec.dtype, pin_memory=True) if buffer.is_cuda else buffer
            )
        for offset in range(0, spec.numel, max(1, size)):
            with torch.inference_mode():
                part = buffer[: spec.numel - offset]
                self._check(operation, part, filling.fill(part))
                if onto is not buffer:
                    part = onto[: part.numel()].copy_(part)
            yield part  # outside: whoever drops the generator here would stay in that mode

    def made_of(self, operation: Operation) -> Hashable:
        """All that the result depends on, among recipes over the same parents."""
        made_of = self._made_of(self.ordered(operation))
        return made_of if operation.factor == 1 else (made_of, operation.factor)

    def _made_of(self, operation: Operation) -> Hashable:
        inputs, base = operation.inputs, operation.base
        names = *zip(inputs.parents, inputs.tensors, strict=True), *([tuple(base)] if base else [])
        if self.plan.sources.is_bases(operation):
            return names[-1], self.spec(operation).dtype
        settings = tuple(operation.settings.items())
        method = self.plan.method
        seed = self.recipe.seed if method.random else None
        place = self._places[operation.key] if method.placed else None
        texts = repr(self.recipe.calibration) if method.statistic else None
        others = method.identity, settings, seed, place, texts
        return names, self.spec(operation).dtype, others

    def _check(self, operation: Operation, made: torch.Tensor, finite: Finite) -> None:
        # A block that a GPU has made again may have cleared the flag the first time.
        if made.is_floating_point() and not finite and not bool(torch.isfinite(made).all()):
            raise self._not_finite(operation)
        if operation.name.endswith(VARIANCE) and bool((made < 0).any()):
            raise TrialError(f"{operation.name} is a variance, and came out negative")

    def filling(self, operation: Operation) -> Filling:
        """What makes the tensor, from its first element on.

        Raises:
            TrialError: the method cannot make it with these numbers.
            ParentError: integer tensors differ between the parents.
        """
        filling = self._filling(operation)
        return filling if operation.factor == 1 else Scaling(filling, operation.factor)

    def _filling(self, operation: Operation) -> Filling:
        if not self.spec(operation).dtype.is_floating_point:
            return Copying(common(operation, self.parents, self.recipe.template).to(self.device))
        if self.plan.sources.is_bases(operation):
            assert operation.base is not None
            return Copying(self._load(operation.base))
        operation = self.ordered(operation)
        inputs = self._inputs_of(operation)
        return Computing(inputs, self.formula(operation, inputs))

    def formula(self, operation: Operation, inputs: Inputs) -> Formula:
        """How the elements follow from the inputs.

        Args:
            operation: ordered, as its inputs are.

        Raises:
            TrialError: the method cannot make the tensor with these numbers.
        """
        try:
            return self.plan.method.make(inputs, **operation.settings, **self._told(operation))
        except torch.linalg.LinAlgError as error:  # type: ignore[attr-defined]
            raise TrialError(f"{operation.name} cannot be decomposed ({error})") from None

    def _told(self, operation: Operation) -> dict[str, Any]:
        """What the method takes beside its parameters."""
        method, told = self.plan.method, dict[str, Any]()
        if method.random:
            told["keys"] = [self._key(i) for i in operation.inputs]
        if method.placed:
            told["place"] = self._places[operation.key]
        if method.tables:
            told["table"] = is_table(operation.name)
        if method.statistic is not None:
            known = [self._statistics[i.parent].get(i.tensor) for i in operation.inputs]
            told["statistics"] = known
        return told

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        every = self.plan.unrouted or self.plan.operations
        return places({op.name: self.spec(op) for op in every})

    def ordered(self, operation: Operation) -> Operation:
        """The same, its models in the order of their contents: sums do not depend on the file's."""
        if self.plan.method.ordered or len(operation.inputs) < 2:
            return operation
        if operation.name not in self._ordered:
            self._ordered[operation.name] = self._in_order(operation)
        return self._ordered[operation.name]

    def _in_order(self, operation: Operation) -> Operation:
        order = self.plan.sources.order(operation) or self._order_of_equals(operation)
        key, ordered = (id(operation.settings), order), itemgetter(*order)
        if key not in self._settings:  # many tensors have the same
            self._settings[key] = {
                name: ordered(value) if isinstance(value, tuple) else value
                for name, value in operation.settings.items()
            }
        inputs, settings = operation.inputs.ordered(order), self._settings[key]
        return replace(operation, inputs=inputs, settings=settings)

    def _order_of_equals(self, operation: Operation) -> tuple[int, ...]:
        """An order of inputs of which some are the same: their settings decide."""
        digests = self.plan.sources.digests(operation.inputs)
        several = [value for value in operation.settings.values() if isinstance(value, tuple)]
        return tuple(
            sorted(range(len(digests)), key=lambda i: (digests[i], *(v[i] for v in several)))
        )

    def _inputs(self, operation: Operation) -> Inputs:
        base = None if operation.base is None else self._load(operation.base)
        return Inputs([self._load(ingredient) for ingredient in operation.inputs], base)

    def _load(self, ingredient: Ingredient) -> torch.Tensor:
        tensor = self.parents[ingredient.parent].tensors.tensor(ingredient.tensor)
        return tensor.to(self.device)

    def _key(self, ingredient: Ingredient) -> int:
        return mask_key(self.recipe.seed, self.plan.sources.digest(ingredient), ingredient.tensor)

    def _not_finite(self, operation: Operation) -> Exception:
        for ingredient in operation.ingredients:
            self.plan.sources.digest(ingredient)
        return TrialError(f"{operation.name} has values that are not finite after merging")
