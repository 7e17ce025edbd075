"""One tensor of an offspring, made of its parents' by the method's kernel.

Both engines, the bank in memory and the stream from disk to disk, make every tensor here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from evomerge.errors import ParentError, TrialError
from evomerge.merge.masks import mask_key
from evomerge.merge.plan import Ingredient, Operation, Plan
from evomerge.recipe import Recipe
from evomerge.weights import Parent, Spec


class Blender:
    """Makes the tensors of one recipe's offspring.

    Args:
        recipe: without genes.
        parents: its parents by name.
        device: where to compute.
    """

    def __init__(
        self, recipe: Recipe, plan: Plan, parents: Mapping[str, Parent], device: torch.device
    ) -> None:
        self.recipe, self.plan, self.parents, self.device = recipe, plan, parents, device

    def spec(self, operation: Operation) -> Spec:
        """Shape and type of the result: `out_dtype`, `dtype`, or what the inputs promote to."""
        specs = [self._spec(i) for i in self._all(operation)]
        shape, dtype = specs[0].shape, specs[0].dtype
        if not dtype.is_floating_point:
            return Spec(shape, dtype)
        for spec in specs[1:]:
            dtype = torch.promote_types(dtype, spec.dtype)
        named = self.recipe.out_dtype or self.recipe.dtype
        return Spec(shape, getattr(torch, named) if named else dtype)

    def make(self, operation: Operation) -> torch.Tensor:
        """The tensor, on the device, in its final type.

        Raises:
            TrialError: it has a value that is not finite.
            ParentError: integer tensors differ between the parents, or a parent is not finite.
        """
        spec = self.spec(operation)
        if not spec.dtype.is_floating_point:
            return self._common(operation)
        arguments: dict[str, Any] = dict(operation.settings)
        arguments["thetas"] = [self._load(i) for i in operation.inputs]
        if operation.base is not None:
            arguments["base"] = self._load(operation.base)
        if self.plan.method.random:
            arguments["keys"] = [self._key(i) for i in operation.inputs]
        out = self.plan.method.kernel(**arguments).to(spec.dtype)
        if not bool(torch.isfinite(out).all()):
            raise self._not_finite(operation)
        return out

    def _all(self, operation: Operation) -> list[Ingredient]:
        return [*operation.inputs, *([operation.base] if operation.base else [])]

    def _spec(self, ingredient: Ingredient) -> Spec:
        return self.parents[ingredient.parent].tensors.specs[ingredient.tensor]

    def _load(self, ingredient: Ingredient) -> torch.Tensor:
        tensor = self.parents[ingredient.parent].tensors.tensor(ingredient.tensor)
        return tensor.to(self.device, torch.float32)

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
        return tensor.to(self.device)

    def _not_finite(self, operation: Operation) -> Exception:
        for ingredient in self._all(operation):
            if not bool(torch.isfinite(self._load(ingredient)).all()):
                return ParentError(
                    f"{ingredient.parent}: {ingredient.tensor} has values that are not finite"
                )
        return TrialError(f"{operation.name} has values that are not finite after merging")
