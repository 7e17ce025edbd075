"""One form for formulas that come to the same by plain rules, so that none is tried twice."""

from __future__ import annotations

from evomerge.formulas.text import text_of
from evomerge.formulas.tree import Applied, Constant, Tree

_COMMUTE = ("+", "*", "min", "max", "==", "dot")
_TURNED = {">": "<", ">=": "<="}
_ONE, _ZERO = Constant(1.0), Constant(0.0)


def canonical(tree: Tree) -> Tree:
    """The form of a formula: arguments that commute in the order of their texts, no idle words."""
    if not isinstance(tree, Applied):
        return tree
    function, arguments = tree.function, tuple(map(canonical, tree.arguments))
    if function in _TURNED:
        function, arguments = _TURNED[function], arguments[::-1]
    match function, arguments:
        case "neg", (Applied("neg", (x,)),):
            return x
        case (("*" | "/"), (x, y)) if y == _ONE:
            return x
        case (("+" | "-"), (x, y)) if y == _ZERO:
            return x
        case ("*", (x, y)) if x == _ONE:
            return y
        case ("+", (x, y)) if x == _ZERO:
            return y
        case (("+" | "*"), _):
            return _chain(function, arguments)
    if function in _COMMUTE:
        arguments = tuple(sorted(arguments, key=text_of))
    return Applied(function, arguments)


def _chain(function: str, arguments: tuple[Tree, ...]) -> Tree:
    """A sum of sums, or a product of products, put together anew in the order of texts."""
    parts = list[Tree]()
    for each in arguments:
        parts += _parts(function, each)
    first, *rest = sorted(parts, key=text_of)
    for each in rest:
        first = Applied(function, (first, each))
    return first


def _parts(function: str, tree: Tree) -> list[Tree]:
    if isinstance(tree, Applied) and tree.function == function:
        return [part for each in tree.arguments for part in _parts(function, each)]
    return [tree]
