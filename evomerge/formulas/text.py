"""A formula written down, with no more brackets than it needs."""

from __future__ import annotations

from evomerge.formulas.language import OPERATORS
from evomerge.formulas.tree import Applied, Constant, Symbol, Tree

_TIGHTNESS = {"+": 1, "-": 1, "*": 2, "/": 2}
"""How tightly an operator binds; comparisons bind least, and what stands alone most."""
_ALONE = 3


def text_of(tree: Tree) -> str:
    """The text that :func:`~evomerge.formulas.grammar.parse_formula` reads as this tree."""
    match tree:
        case Constant():
            return _number(tree.value)
        case Symbol():
            return tree.name
        case Applied(function="neg"):
            return f"-{_within(tree.arguments[0], _ALONE)}"
        case Applied() if tree.function in OPERATORS:
            left, right = tree.arguments
            own = _tightness(tree)
            # The left side may bind as tightly, since a - b - c is (a - b) - c; of comparisons not.
            first = _within(left, max(own, 1))
            return f"{first} {tree.function} {_within(right, own + 1)}"
        case _:
            return f"{tree.function}({', '.join(map(text_of, tree.arguments))})"


def _within(tree: Tree, least: int) -> str:
    text = text_of(tree)
    return text if _tightness(tree) >= least else f"({text})"


def _tightness(tree: Tree) -> int:
    if isinstance(tree, Applied) and tree.function in OPERATORS:
        return _TIGHTNESS.get(tree.function, 0)
    return _ALONE


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")
