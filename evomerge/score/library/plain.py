"""Templates that can cost no more than they and a document are long: no loops, no repetition."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import nodes

MOST_NODES = 500
"""Of a template that may be rendered at once: each node copies a document once at most."""

_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.If,
    nodes.Concat,
    nodes.Add,
    nodes.Sub,
    nodes.Neg,
    nodes.List,
    nodes.Tuple,
    nodes.Test,
)
_FILTERS = frozenset({"trim", "lower", "upper", "capitalize", "string", "length", "first", "last"})
_METHODS = frozenset(
    {
        *("strip", "lstrip", "rstrip", "lower", "upper", "capitalize", "split", "rsplit"),
        *("startswith", "endswith", "index", "find", "count", "get"),
    }
)


def is_plain(template: nodes.Template) -> bool:
    """Whether a template can be rendered without limits: nothing in it multiplies or loops."""
    for count, node in enumerate(_all(template)):
        if count == MOST_NODES or not _is_plain(node):
            return False
    return True


def _is_plain(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Filter):
        return node.name in _FILTERS or (node.name == "replace" and _shrinks(node.args))
    if isinstance(node, nodes.Call):
        called = node.node
        if not isinstance(called, nodes.Getattr) or node.dyn_args or node.dyn_kwargs:
            return False
        return called.attr in _METHODS or (called.attr == "replace" and _shrinks(node.args))
    return isinstance(node, _NODES)


def _shrinks(arguments: list[nodes.Expr]) -> bool:
    """Whether a text gets no longer by what is put in the place of what."""
    if len(arguments) != 2:
        return False
    old, new = (one.value if isinstance(one, nodes.Const) else None for one in arguments)
    return isinstance(old, str) and isinstance(new, str) and len(new) <= len(old)


def _all(node: nodes.Node) -> Iterator[nodes.Node]:
    """A node and all in it, without a call for each level."""
    waiting = [node]
    while waiting:
        yield waiting[-1]
        waiting += waiting.pop().iter_child_nodes()
