"""Formulas taken apart: sums into their terms, products into their factors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evomerge.formulas.tree import Applied, Tree


@dataclass(frozen=True)
class Factor:
    """A part of a product, in the order in which it is written."""

    tree: Tree
    divides: bool = False


def terms_of(tree: Tree, sign: float = 1.0) -> Iterator[tuple[float, Tree]]:
    """What is added up, each with its sign."""
    match tree:
        case Applied("+" | "-" as function, (left, right)):
            yield from terms_of(left, sign)
            yield from terms_of(right, sign if function == "+" else -sign)
        case Applied("neg", (x,)):
            yield from terms_of(x, -sign)
        case _:
            yield sign, tree


def factors_of(tree: Tree, divides: bool = False) -> Iterator[Factor]:
    """What is multiplied; of a quotient below a quotient nothing is taken apart."""
    match tree:
        case Applied("*", (left, right)):
            if divides:
                yield Factor(tree, True)
            else:
                yield from factors_of(left)
                yield from factors_of(right)
        case Applied("/", (left, right)) if not divides:
            yield from factors_of(left)
            yield Factor(right, True)
        case _:
            yield Factor(tree, divides)
