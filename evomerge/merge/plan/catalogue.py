"""The tensors of a recipe's parents, and what is known of each without reading it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

import torch

from evomerge.errors import ParentError
from evomerge.merge.plan.ingredients import Ingredient, Ingredients
from evomerge.merge.plan.stacks import Stacks
from evomerge.weights import Parent, Spec


class TensorCatalogue:
    """Tensors of parents: typed and hashed once for all recipes over these parents.

    What is known of tensors of one name lies together: a recipe of 64 models asks for thousands,
    and most of the time would be the memory's.

    Args:
        parents: by name.
    """

    def __init__(self, parents: Mapping[str, Parent]) -> None:
        self.parents = parents
        self._digests: dict[str, _Digests] = {}
        self._specs: dict[str, _Specs] = {}
        self._stacks: dict[str, Stacks] = {}
        self._depths: dict[str, Mapping[str, float]] = {}

    def digest(self, ingredient: Ingredient) -> str:
        """The hash of a parent's tensor.

        Raises:
            ParentError: it has values that are not finite.
        """
        return self._digests_of(ingredient.tensor)[ingredient.parent]

    def digests(self, ingredients: Ingredients) -> list[str]:
        """The hashes of several tensors; see :meth:`digest`."""
        if ingredients.name is None:
            return [*map(self.digest, ingredients)]
        return [*map(self._digests_of(ingredients.name).__getitem__, ingredients.parents)]

    def spec(self, name: str, ingredients: Ingredients, base: Ingredient | None) -> Spec:
        """The shape of what is made of some tensors, and the type that they promote to.

        Args:
            name: what it is called.

        Raises:
            ParentError: they differ in shape, or a parent does not have its own.
        """
        if ingredients.name is None:
            specs = [self._specs_of(i.tensor)[i.parent] for i in ingredients]
        else:
            specs = [*map(self._specs_of(ingredients.name).__getitem__, ingredients.parents)]
        parents = ingredients.parents
        if base is not None:
            specs.append(self._specs_of(base.tensor)[base.parent])
            parents = (*parents, base.parent)
        if specs.count(specs[0]) < len(specs):
            return _promoted(name, parents, specs)
        return specs[0]

    def stacks(self, parent: str) -> Stacks:
        """A parent's stacks of layers."""
        if parent not in self._stacks:
            of = self.parents[parent]
            self._stacks[parent] = Stacks.of(of.tensors.specs, of.config)
        return self._stacks[parent]

    def depths(self, parent: str) -> Mapping[str, float]:
        """Where each tensor of a parent stands: 0 in the first of its layers to 1 in the last."""
        if parent not in self._depths:
            names = self.parents[parent].tensors.specs
            self._depths[parent] = {name: self.stacks(parent).depth_of(name) for name in names}
        return self._depths[parent]

    def _digests_of(self, tensor: str) -> _Digests:
        if tensor not in self._digests:
            self._digests[tensor] = _Digests(tensor, self.parents)
        return self._digests[tensor]

    def _specs_of(self, tensor: str) -> _Specs:
        if tensor not in self._specs:
            self._specs[tensor] = _Specs(tensor, self.parents)
        return self._specs[tensor]


class _Digests(dict[str, str]):
    """The hash of the tensor of one name, by parent."""

    def __init__(self, tensor: str, parents: Mapping[str, Parent]) -> None:
        self._tensor, self._parents = tensor, parents

    def __missing__(self, parent: str) -> str:
        try:
            self[parent] = self._parents[parent].tensors.digest(self._tensor)
        except ParentError as error:
            raise ParentError(f"{parent}: {error}") from None
        return self[parent]


class _Specs(dict[str, Spec]):
    """Shape and type of the tensor of one name, by parent; equal ones are one object, so that they
    are compared at once.
    """

    def __init__(self, tensor: str, parents: Mapping[str, Parent]) -> None:
        self._tensor, self._parents = tensor, parents

    def __missing__(self, parent: str) -> Spec:
        spec = self._parents[parent].tensors.specs.get(self._tensor)
        if spec is None:
            raise ParentError(
                f"{parent} has no tensor {self._tensor}; merge models of one architecture and depth"
            )
        self[parent] = next((known for known in self.values() if known == spec), spec)
        return self[parent]


def _promoted(name: str, parents: Iterable[str], specs: list[Spec]) -> Spec:
    shapes = {spec.shape: parent for parent, spec in zip(parents, specs, strict=True)}
    if len(shapes) > 1:
        listed = ", ".join(f"{[*shape]} in {parent}" for shape, parent in shapes.items())
        raise ParentError(f"{name} differs in shape: {listed}; merge fine-tunes of one base")
    for spec in specs:
        if not spec.dtype.is_floating_point:
            return spec  # integers are what they are
    return Spec(specs[0].shape, reduce(torch.promote_types, (spec.dtype for spec in specs)))
