"""What is known of the tensors that an offspring is made of, whatever a recipe's numbers."""

from __future__ import annotations

from collections.abc import Mapping

import torch

from evomerge.errors import ParentError
from evomerge.merge.methods import Method
from evomerge.merge.plan.drafts import Ingredient
from evomerge.merge.plan.operation import Operation
from evomerge.weights import Parent, Spec


class Sources:
    """Types, hashes and orders of the tensors behind one outline, each found once.

    Args:
        dtype: the type that the recipe names for its result, if it names one.
    """

    def __init__(self, parents: Mapping[str, Parent], method: Method, dtype: str | None) -> None:
        self._parents, self._method = parents, method
        self._dtype = getattr(torch, dtype) if dtype else None
        self._specs: dict[str, Spec] = {}
        self._are_bases: dict[str, bool] = {}
        self._orders: dict[str, tuple[int, ...] | None] = {}

    def spec(self, operation: Operation) -> Spec:
        """Shape and type of the result: `out_dtype`, `dtype`, or what the inputs promote to."""
        if operation.key not in self._specs:
            self._specs[operation.key] = self._result(operation)
        return self._specs[operation.key]

    def _result(self, operation: Operation) -> Spec:
        specs = [self._parents[i.parent].tensors.specs[i.tensor] for i in operation.ingredients]
        shape, dtype = specs[0].shape, specs[0].dtype
        for spec in specs:
            if not spec.dtype.is_floating_point:
                return Spec(shape, spec.dtype)
            dtype = torch.promote_types(dtype, spec.dtype)
        return Spec(shape, self._dtype or dtype)

    def is_bases(self, operation: Operation) -> bool:
        """Whether the result is the base's tensor, whatever the settings."""
        name = operation.key
        if name not in self._are_bases:
            self._are_bases[name] = self._is_bases(operation)
        return self._are_bases[name]

    def _is_bases(self, operation: Operation) -> bool:
        if not operation.inputs:
            return True
        if operation.base is None or not self._method.additive:
            return False
        base = self.digest(operation.base)
        return all(self.digest(ingredient) == base for ingredient in operation.inputs)

    def order(self, operation: Operation) -> tuple[int, ...] | None:
        """The inputs' numbers in the order of their contents; None where two have the same."""
        if operation.key not in self._orders:
            digests = [self.digest(ingredient) for ingredient in operation.inputs]
            order = tuple(sorted(range(len(digests)), key=digests.__getitem__))
            self._orders[operation.key] = order if len({*digests}) == len(digests) else None
        return self._orders[operation.key]

    def digest(self, ingredient: Ingredient) -> str:
        """The hash of a parent's tensor.

        Raises:
            ParentError: it has values that are not finite.
        """
        try:
            return self._parents[ingredient.parent].tensors.digest(ingredient.tensor)
        except ParentError as error:
            raise ParentError(f"{ingredient.parent}: {error}") from None
