"""One tensor of an offspring, made of its parents' by the method's kernel.

Both engines, the bank in memory and the stream from disk to disk, make every tensor here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping
from typing import Any

import torch

from evomerge.errors import ParentError, TrialError
from evomerge.merge.masks import mask_key
from evomerge.merge.methods import Pair
from evomerge.merge.plan import Ingredient, Operation, Plan
from evomerge.recipe import Recipe
from evomerge.weights import Parent, Spec

PairOf = Callable[[Ingredient, Ingredient], Pair]
"""Gives a model's tensor and the base's."""


class Blender:
    """Makes the tensors of one recipe's offspring.

    Args:
        recipe: without genes.
        parents: its parents by name.
        device: where to compute.
        pair_of: where tensors beside the base's are remembered; by default nowhere.
    """

    def __init__(
        self,
        recipe: Recipe,
        plan: Plan,
        parents: Mapping[str, Parent],
        device: torch.device,
        pair_of: PairOf | None = None,
    ) -> None:
        self.recipe, self.plan, self.parents, self.device = recipe, plan, parents, device
        self._pair_of = pair_of or self._pair
        self._specs: dict[str, Spec] = {}

    def spec(self, operation: Operation) -> Spec:
        """Shape and type of the result: `out_dtype`, `dtype`, or what the inputs promote to."""
        if operation.name not in self._specs:
            self._specs[operation.name] = self._result(operation)
        return self._specs[operation.name]

    def _result(self, operation: Operation) -> Spec:
        specs = [self._spec(i) for i in self._all(operation)]
        shape, dtype = specs[0].shape, specs[0].dtype
        if not dtype.is_floating_point:
            return Spec(shape, dtype)
        for spec in specs[1:]:
            dtype = torch.promote_types(dtype, spec.dtype)
        named = self.recipe.out_dtype or self.recipe.dtype
        return Spec(shape, getattr(torch, named) if named else dtype)

    def make(self, operation: Operation, out: torch.Tensor | None = None) -> torch.Tensor:
        """The tensor, on the device, in its final type.

        Args:
            out: contiguous and of that type, what to write it into; by default a new tensor.

        Raises:
            TrialError: it has a value that is not finite.
            ParentError: integer tensors differ between the parents, or a parent is not finite.
        """
        spec = self.spec(operation)
        if out is None:
            out = torch.empty(spec.shape, dtype=spec.dtype, device=self.device)
        if not spec.dtype.is_floating_point:
            return out.copy_(self._common(operation))
        if self._is_bases(operation):
            assert operation.base is not None
            total = float(out.copy_(self._load(operation.base)).sum(dtype=torch.float32))
        else:
            total = self._merge(operation, out)
        if not math.isfinite(total) and not bool(torch.isfinite(out).all()):
            raise self._not_finite(operation)
        return out

    def made_of(self, operation: Operation) -> Hashable:
        """All that the result depends on, among recipes over the same parents."""
        names = tuple((i.parent, i.tensor) for i in self._all(operation))
        if self._is_bases(operation):
            return names[-1], self.spec(operation).dtype
        settings = tuple(operation.settings.items())
        seed = self.recipe.seed if self.plan.method.random else None
        return names, self.spec(operation).dtype, self.plan.method.name, settings, seed

    def _is_bases(self, operation: Operation) -> bool:
        """Whether the result is the base's tensor, whatever the settings."""
        base = operation.base
        if base is None or (operation.inputs and not self.plan.method.additive):
            return False
        return all(self._pair_of(i, base).same for i in operation.inputs)

    def _merge(self, operation: Operation, out: torch.Tensor) -> float:
        """Merge into `out`; the sum of its elements."""
        arguments: dict[str, Any] = dict(operation.settings)
        if operation.base is not None:
            arguments["base"] = self._load(operation.base)
            arguments["pairs"] = [self._pair_of(i, operation.base) for i in operation.inputs]
        if self.plan.method.random:
            arguments["keys"] = [self._key(i) for i in operation.inputs]
        thetas = [self._load(i) for i in operation.inputs]
        return self.plan.method.merge(thetas, out=out, **arguments)[1]

    def _all(self, operation: Operation) -> list[Ingredient]:
        return [*operation.inputs, *([operation.base] if operation.base else [])]

    def _spec(self, ingredient: Ingredient) -> Spec:
        return self.parents[ingredient.parent].tensors.specs[ingredient.tensor]

    def _load(self, ingredient: Ingredient) -> torch.Tensor:
        tensor = self.parents[ingredient.parent].tensors.tensor(ingredient.tensor)
        return tensor.to(self.device)

    def _pair(self, ingredient: Ingredient, base: Ingredient) -> Pair:
        return Pair(self._load(ingredient), self._load(base))

    def _key(self, ingredient: Ingredient) -> int:
        content = self.parents[ingredient.parent].content_hash
        return mask_key(self.recipe.seed, content, ingredient.tensor)

    def _common(self, operation: Operation) -> torch.Tensor:
        first, *others = self._all(operation)
        tensor = self.parents[first.parent].tensors.tensor(first.tensor)
        for other in others:
            if not torch.equal(tensor, self.parents[other.parent].tensors.tensor(other.tensor)):
                raise ParentError(
                    f"{operation.name} holds integers and differs between {first.parent} "
                    f"and {other.parent}; integers cannot be merged"
                )
        return tensor

    def _not_finite(self, operation: Operation) -> Exception:
        for ingredient in self._all(operation):
            if not bool(torch.isfinite(self._load(ingredient)).all()):
                return ParentError(
                    f"{ingredient.parent}: {ingredient.tensor} has values that are not finite"
                )
        return TrialError(f"{operation.name} has values that are not finite after merging")
