"""The tensors of a recipe's parents, and what is known of each without reading it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import NamedTuple

import torch

from evomerge.errors import ParentError
from evomerge.merge.plan.stacks import Stacks
from evomerge.weights import Parent, Spec


class Ingredient(NamedTuple):
    """A tensor of a parent."""

    parent: str
    tensor: str


class Catalogue:
    """Tensors of parents: named, typed and hashed once for all recipes over these parents.

    Args:
        parents: by name.
    """

    def __init__(self, parents: Mapping[str, Parent]) -> None:
        self.parents = parents
        self.digests: Mapping[Ingredient, str] = _Digests(parents)
        """The hash of each tensor; one with values that are not finite raises a ParentError."""
        self._specs = _Specs(parents)
        self._rows: dict[str, _Row] = {}
        self._stacks: dict[str, Stacks] = {}
        self._depths: dict[str, Mapping[str, float]] = {}

    def row(self, tensor: str, parents: Iterable[str]) -> tuple[Ingredient, ...]:
        """The tensor of one name of each of some parents."""
        if tensor not in self._rows:
            self._rows[tensor] = _Row(tensor)
        return tuple(map(self._rows[tensor].__getitem__, parents))

    def spec(self, name: str, ingredients: Sequence[Ingredient]) -> Spec:
        """The shape of what is made of some tensors, and the type that they promote to.

        Args:
            name: what it is called.

        Raises:
            ParentError: they differ in shape, or a parent does not have its own.
        """
        specs = [*map(self._specs.__getitem__, ingredients)]
        if specs.count(specs[0]) == len(specs):
            return specs[0]
        shapes = {spec.shape: i.parent for i, spec in zip(ingredients, specs, strict=True)}
        if len(shapes) > 1:
            listed = ", ".join(f"{[*shape]} in {parent}" for shape, parent in shapes.items())
            raise ParentError(f"{name} differs in shape: {listed}")
        for spec in specs:
            if not spec.dtype.is_floating_point:
                return spec  # integers are what they are
        return Spec(specs[0].shape, reduce(torch.promote_types, (spec.dtype for spec in specs)))

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


class _Row(dict[str, Ingredient]):
    """The tensor of one name, by parent: a recipe of 64 models has thousands of ingredients."""

    def __init__(self, tensor: str) -> None:
        self._tensor = tensor

    def __missing__(self, parent: str) -> Ingredient:
        self[parent] = Ingredient(parent, self._tensor)
        return self[parent]


class _Digests(dict[Ingredient, str]):
    def __init__(self, parents: Mapping[str, Parent]) -> None:
        self._parents = parents

    def __missing__(self, ingredient: Ingredient) -> str:
        try:
            digest = self._parents[ingredient.parent].tensors.digest(ingredient.tensor)
        except ParentError as error:
            raise ParentError(f"{ingredient.parent}: {error}") from None
        self[ingredient] = digest
        return digest


class _Specs(dict[Ingredient, Spec]):
    def __init__(self, parents: Mapping[str, Parent]) -> None:
        self._parents = parents
        self._each: dict[Spec, Spec] = {}
        """Equal ones are one object, so that they are compared at once."""

    def __missing__(self, ingredient: Ingredient) -> Spec:
        spec = self._parents[ingredient.parent].tensors.specs.get(ingredient.tensor)
        if spec is None:
            raise ParentError(f"{ingredient.parent} has no tensor {ingredient.tensor}")
        self[ingredient] = self._each.setdefault(spec, spec)
        return self[ingredient]
