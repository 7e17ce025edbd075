"""What is known of the tensors that an offspring is made of, whatever a recipe's numbers."""

from __future__ import annotations

import torch

from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.ingredients import Ingredient, Ingredients
from evomerge.merge.plan.operation import Operation
from evomerge.merge.plan.outline import Outline
from evomerge.weights import Spec


class Sources:
    """Types, hashes and orders of the tensors behind one outline, each found once.

    Args:
        dtype: the type that the recipe names for its result, if it names one.
    """

    def __init__(self, catalogue: TensorCatalogue, outline: Outline, dtype: str | None) -> None:
        self._catalogue, self._method = catalogue, outline.method
        self._dtype = getattr(torch, dtype) if dtype else None
        self._promoted = {tensor.name: tensor.promoted for tensor in outline.tensors}
        self._specs: dict[str, Spec] = {}
        self._are_bases: dict[str, bool] = {}
        self._orders: dict[str, tuple[int, ...] | None] = {}

    def spec(self, operation: Operation) -> Spec:
        """Shape and type of the result: `out_dtype`, `dtype`, or what the inputs promote to."""
        name = operation.key
        if name not in self._specs:
            spec = self._promoted[name]
            named = self._dtype if spec.dtype.is_floating_point else None
            self._specs[name] = Spec(spec.shape, named) if named else spec
        return self._specs[name]

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
        base, inputs = self.digest(operation.base), operation.inputs
        if self.digest(inputs[0]) != base:
            return False
        return self.digests(inputs).count(base) == len(inputs)

    def order(self, operation: Operation) -> tuple[int, ...] | None:
        """The inputs' numbers in the order of their contents; None where two have the same."""
        if operation.key not in self._orders:
            digests = self.digests(operation.inputs)
            order = tuple(sorted(range(len(digests)), key=digests.__getitem__))
            self._orders[operation.key] = order if len({*digests}) == len(digests) else None
        return self._orders[operation.key]

    def digest(self, ingredient: Ingredient) -> str:
        """The hash of a parent's tensor.

        Raises:
            ParentError: it has values that are not finite.
        """
        return self._catalogue.digest(ingredient)

    def digests(self, ingredients: Ingredients) -> list[str]:
        """The hashes of tensors; see :meth:`digest`."""
        return self._catalogue.digests(ingredients)
