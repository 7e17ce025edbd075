"""What a task's templates and functions read of a document, told from their syntax."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes

from benchmarks.standins.shape import Shape
from evomerge.score.library.task_file import CodeReference

_TEXT_METHODS = {
    "strip", "lower", "upper", "split", "replace", "capitalize", "startswith", "endswith",
    "rstrip", "lstrip", "title", "format", "encode", "splitlines", "find", "removeprefix",
}  # fmt: skip
_LIST_METHODS = {"index", "append", "extend", "count", "sort", "copy"}
_INDICES = {"label", "gold", "idx", "answer_idx", "answer_index", "correct", "cop", "target"}
_LISTS = {"choices", "options", "endings", "candidates", "answers", "references", "aliases"}

Columns = dict[str, Shape]


def columns_of(config: Mapping[str, Any], folder: Path) -> Columns:
    """The fields that a task reads, and what each holds as far as that can be told."""
    columns: Columns = {}
    for key in ("doc_to_text", "doc_to_target", "doc_to_choice", "description", "gen_prefix"):
        _read_template(config.get(key), columns)
    _hint_choices(config.get("doc_to_choice"), columns)
    fewshot = config.get("fewshot_config")
    for value in fewshot.values() if isinstance(fewshot, Mapping) else ():
        _read_template(value, columns)
    for module in sorted(_modules(config, folder)):
        _Code(columns).visit(ast.parse(module.read_text(encoding="utf-8")))
    if config.get("output_type") == "multiple_choice":
        _hint_target(config.get("doc_to_target"), columns)
    for name, shape in columns.items():
        if name in _INDICES or name.endswith("_idx"):
            shape.hint("index")
        if name in _LISTS:
            shape.hint("list")
    return columns


def _hint_choices(choices: Any, columns: Columns) -> None:
    """The choices are a list, where they are a field or a part of one as it stands."""
    if not isinstance(choices, str) or isinstance(choices, CodeReference):
        return
    path = choices.strip().removeprefix("{{").removesuffix("}}").strip().split(".")
    shape = columns.get(path[0])
    for name in path[1:]:
        shape = shape.parts.get(name) if shape is not None else None
    if shape is not None:
        shape.hint("list")


def _hint_target(target: Any, columns: Columns) -> None:
    """The target of a choice is the place of the right one, where it is a field as it stands."""
    name = (
        target.strip().removeprefix("{{").removesuffix("}}").strip()
        if isinstance(target, str)
        else ""
    )
    if name in columns:
        columns[name].hint("index")


def _modules(config: Any, folder: Path) -> set[Path]:
    """The files of a task's functions: beside it, or beside a file that it includes."""
    if isinstance(config, CodeReference):
        file = config.rpartition(".")[0].replace(".", "/") + ".py"
        homes = (folder, folder.parent, folder.parent.parent)
        return {home / file for home in homes if (home / file).is_file()}
    children = (
        config.values()
        if isinstance(config, Mapping)
        else config
        if isinstance(config, list)
        else ()
    )
    return {module for child in children for module in _modules(child, folder)}


def _read_template(text: Any, columns: Columns) -> None:
    if not isinstance(text, str) or isinstance(text, CodeReference):
        return
    if text.isidentifier():
        columns.setdefault(text, Shape())
        return
    try:
        _Template(columns).visit(Environment().parse(text))
    except TemplateSyntaxError:
        return


class _Template:
    """Walks a Jinja template."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._local: dict[str, Shape] = {}

    def visit(self, node: nodes.Node) -> None:
        """Note what a node says of the fields in it."""
        if isinstance(node, nodes.For):
            shape = self._shape(node.iter)
            if shape is not None and isinstance(node.target, nodes.Name):
                self._local[node.target.name] = shape.entry()
            elif isinstance(node.target, nodes.Tuple):
                self._local |= {
                    t.name: Shape() for t in node.target.items if isinstance(t, nodes.Name)
                }
            elif isinstance(node.target, nodes.Name):
                self._local[node.target.name] = Shape()
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            self._local[node.target.name] = self._shape(node.node) or Shape()
        if isinstance(node, nodes.Expr):
            self._shape(node)
        method = isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr)
        for child in node.iter_child_nodes():
            # The name of a method is no part of a field.
            self.visit(child.node if method and child is node.node else child)

    def _shape(self, node: nodes.Node) -> Shape | None:
        """The field that an expression is, if it is one."""
        match node:
            case nodes.Name(name=name):
                if name in ("loop", "range", "namespace", "true", "false", "none"):
                    return None
                return self._local.get(name) or self._columns.setdefault(name, Shape())
            case nodes.Call(node=nodes.Getattr(node=owner, attr=attr), args=args):
                self._method(owner, attr, args)
            case nodes.Getattr(node=owner, attr=attr):
                shape = self._shape(owner)
                return None if shape is None else shape.part(attr)
            case nodes.Getitem(node=owner, arg=nodes.Const(value=str() as key)):
                shape = self._shape(owner)
                return None if shape is None else shape.part(key)
            case nodes.Getitem(node=owner, arg=arg):
                if isinstance(arg, nodes.Slice):
                    return self._shape(owner)
                index = self._shape(arg)
                if index is not None:
                    index.hint("index")
                shape = self._shape(owner)
                return None if shape is None else shape.entry()
            case nodes.Sub(left=left):
                shape = self._shape(left)
                if shape is not None:
                    shape.hint("index")
            case nodes.Filter(node=owner, name=name) if owner is not None:
                shape = self._shape(owner)
                if shape is not None and name in ("int", "float"):
                    shape.hint("number")
                if shape is not None and name in ("join", "first", "last", "list"):
                    shape.entry()
        return None

    def _method(self, owner: nodes.Node, name: str, args: list[nodes.Expr]) -> None:
        shape = self._shape(owner)
        if shape is not None and name in _TEXT_METHODS:
            shape.hint("text")
        if name == "index" and args:
            sought = self._shape(args[0])
            if shape is not None:
                shape.entry().hint("letter")
            if sought is not None and isinstance(owner, nodes.List):
                sought.options = [i.value for i in owner.items if isinstance(i, nodes.Const)]
            elif sought is not None:
                sought.hint("letter")


class _Code(ast.NodeVisitor):
    """Walks a module: whatever is subscripted by a name is taken for a document."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._local: dict[str, Shape] = {}
        self._known: dict[str, Any] = {}

    def visit_Assign(self, node: ast.Assign) -> None:
        """Follow a field into a variable, and know a constant."""
        self.generic_visit(node)
        names = [t.id for t in node.targets if isinstance(t, ast.Name)]
        shape = self._shape(node.value)
        for name in names:
            if shape is not None:
                self._local[name] = shape
            try:
                self._known[name] = ast.literal_eval(node.value)
            except (ValueError, SyntaxError, TypeError):
                continue

    def visit_For(self, node: ast.For) -> None:
        """Follow the entries of a field."""
        self._loop(node.target, node.iter)
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        """The same of a comprehension."""
        self._loop(node.target, node.iter)
        self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        """Generators first: they name what the element is."""
        for generator in node.generators:
            self.visit(generator)
        self.visit(node.elt)

    def _loop(self, target: ast.expr, over: ast.expr) -> None:
        if isinstance(over, ast.Call) and over.args:
            parts = [self._shape(arg) for arg in over.args]
            name = over.func.id if isinstance(over.func, ast.Name) else ""
            for part in parts if name in ("zip", "enumerate", "sorted", "reversed") else ():
                if part is not None:
                    part.entry()
            if name == "enumerate" and isinstance(target, ast.Tuple) and parts[0] is not None:
                self._name(target.elts[-1], parts[0].entry())
            if name == "zip" and isinstance(target, ast.Tuple):
                for one, part in zip(target.elts, parts, strict=False):
                    self._name(one, part.entry() if part is not None else Shape())
            return
        shape = self._shape(over)
        if shape is not None:
            self._name(target, shape.entry())

    def _name(self, target: ast.expr, shape: Shape) -> None:
        if isinstance(target, ast.Name):
            self._local[target.id] = shape

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Read a field."""
        self._shape(node)
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        """A field that is compared with a constant may be that constant."""
        shape = self._shape(node.left)
        for operator, other in zip(node.ops, node.comparators, strict=True):
            if shape is None or not isinstance(operator, ast.Eq | ast.In):
                continue
            value = self._constant(other)
            if isinstance(value, str | int | bool) and isinstance(operator, ast.Eq):
                shape.options.append(value)
            if isinstance(value, list | tuple | set | dict) and isinstance(operator, ast.In):
                shape.options += list(value)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """What is done to a field says what it is."""
        function = node.func
        if isinstance(function, ast.Attribute):
            shape = self._shape(function.value)
            if shape is not None and function.attr in _TEXT_METHODS:
                shape.hint("text")
            sought = self._shape(node.args[0]) if node.args else None
            if function.attr == "index" and sought is not None:
                known = self._constant(function.value)
                if isinstance(known, list | tuple | str):
                    sought.options = list(known)
                else:
                    sought.hint("letter")
            if function.attr in ("loads", "literal_eval") and sought is not None:
                sought.hint("json")
            if function.attr in ("join", "choice", "shuffle", "sample") and sought is not None:
                sought.entry()
        if isinstance(function, ast.Name) and node.args:
            shape = self._shape(node.args[0])
            if shape is not None and function.id in ("int", "float"):
                shape.hint("number")
        self._shape(node)
        self.generic_visit(node)

    def _constant(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Name):
            return self._known.get(node.id)
        try:
            return ast.literal_eval(node)
        except (ValueError, SyntaxError, TypeError):
            return None

    def _shape(self, node: ast.AST) -> Shape | None:
        """The field that an expression is, if it is one."""
        match node:
            case ast.Name(id=name):
                return self._local.get(name)
            case ast.Call(
                func=ast.Attribute(value=owner, attr="get"),
                args=[ast.Constant(value=str() as key), *_],
            ):
                return self._field(owner, key)
            case ast.Subscript(value=owner, slice=ast.Constant(value=str() as key)):
                return self._field(owner, key)
            case ast.Subscript(value=owner, slice=ast.Slice()):
                return self._shape(owner)
            case ast.Subscript(value=owner, slice=index):
                inner = self._shape(index)
                known = self._constant(owner)
                if inner is not None and isinstance(known, dict):
                    inner.options = list(known)
                elif inner is not None:
                    inner.hint("index")
                shape = self._shape(owner)
                return None if shape is None else shape.entry()
        return None

    def _field(self, owner: ast.expr, key: str) -> Shape | None:
        shape = self._shape(owner)
        if shape is not None:
            return shape.part(key)
        if isinstance(owner, ast.Name) and owner.id not in self._known:
            return self._columns.setdefault(key, Shape())
        return None


def fields_in(columns: Columns) -> Iterator[tuple[str, Shape]]:
    """Every field and part of one, with its name."""
    waiting = list(columns.items())
    while waiting:
        name, shape = waiting.pop(0)
        yield name, shape
        waiting += [(f"{name}.{key}", part) for key, part in shape.parts.items()]
        if shape.each is not None:
            waiting.append((f"{name}[]", shape.each))
