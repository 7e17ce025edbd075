"""What a tensor of the offspring is made of: one tensor of each of several parents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple, overload


class Ingredient(NamedTuple):
    """A tensor of a parent."""

    parent: str
    tensor: str


@dataclass(frozen=True)
class Ingredients(Sequence[Ingredient]):
    """Tensors of parents, in the order of a recipe."""

    parents: tuple[str, ...]
    tensors: tuple[str, ...]
    name: str | None
    """What all of them are called; None where that differs."""

    @classmethod
    def of_one_name(cls, parents: tuple[str, ...], name: str) -> Ingredients:
        """The tensor of one name of each parent."""
        return cls(parents, (name,) * len(parents), name)

    @classmethod
    def of(cls, each: Iterable[Ingredient]) -> Ingredients:
        """Those that are given."""
        parents, tensors = zip(*each, strict=True)
        return cls(parents, tensors, tensors[0] if len({*tensors}) == 1 else None)

    def ordered(self, order: Sequence[int]) -> Ingredients:
        """The same in another order, of two or more."""
        reorder = itemgetter(*order)
        tensors = self.tensors if self.name is not None else reorder(self.tensors)
        return Ingredients(reorder(self.parents), tensors, self.name)

    def __len__(self) -> int:
        return len(self.parents)

    @overload
    def __getitem__(self, index: int) -> Ingredient: ...

    @overload
    def __getitem__(self, index: slice) -> Ingredients: ...

    def __getitem__(self, index: int | slice) -> Ingredient | Ingredients:
        if isinstance(index, slice):
            return Ingredients(self.parents[index], self.tensors[index], self.name)
        return Ingredient(self.parents[index], self.tensors[index])


NONE = Ingredients((), (), None)
"""Of a tensor that is copied."""
