"""A formula as a tree: numbers, names, and functions of these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


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
