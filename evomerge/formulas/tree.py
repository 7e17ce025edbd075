"""A formula as a tree: numbers, names, and functions of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Constant:
    """A number, 0 or more."""

    value: float


@dataclass(frozen=True)
class Symbol:
    """What has a name: tensors of the parents, or a parameter."""

    name: str


@dataclass(frozen=True)
class Applied:
    """A function of trees; an operator is called by its sign, and the sign of a number `neg`."""

    function: str
    arguments: tuple[Tree, ...]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Kept, since what parts come to is looked up by them, time and again."""
        return hash((self.function, self.arguments))

    def __reduce__(self) -> tuple[type[Applied], tuple[str, tuple[Tree, ...]]]:
        # Hashes of texts are others in another process.
        return Applied, (self.function, self.arguments)


Tree = Constant | Symbol | Applied


def children(tree: Tree) -> tuple[Tree, ...]:
    """What a tree's function is of; nothing where it is a number or a name."""
    return tree.arguments if isinstance(tree, Applied) else ()


def nodes(tree: Tree) -> Iterator[Tree]:
    """The tree and all that is in it, each function before its arguments."""
    yield tree
    for child in children(tree):
        yield from nodes(child)


def size(tree: Tree) -> int:
    """How many numbers, names and functions it has."""
    return 1 + sum(map(size, children(tree)))


def names_in(tree: Tree) -> set[str]:
    """All names that stand in it."""
    return {node.name for node in nodes(tree) if isinstance(node, Symbol)}


def functions_in(tree: Tree) -> set[str]:
    """All functions that stand in it."""
    return {node.function for node in nodes(tree) if isinstance(node, Applied)}


Path = tuple[int, ...]
"""Where a part of a tree is: the numbers of the arguments that lead to it."""


def paths(tree: Tree, here: Path = ()) -> Iterator[Path]:
    """Where each part is, in the order of :func:`nodes`."""
    yield here
    for number, child in enumerate(children(tree)):
        yield from paths(child, (*here, number))


def part(tree: Tree, path: Path) -> Tree:
    """What is there."""
    for number in path:
        tree = children(tree)[number]
    return tree


def replaced(tree: Tree, path: Path, new: Tree) -> Tree:
    """The tree with something else there."""
    if not path:
        return new
    assert isinstance(tree, Applied)
    first, *rest = path
    arguments = list(tree.arguments)
    arguments[first] = replaced(arguments[first], tuple(rest), new)
    return Applied(tree.function, tuple(arguments))
