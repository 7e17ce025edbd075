"""A formula read, checked, and looked through once, for all tensors that it makes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from evomerge.formulas.language import FUNCTIONS, Signature, Sort
from evomerge.formulas.sorts import sort_of
from evomerge.formulas.text import text_of
from evomerge.formulas.tree import Applied, Constant, Symbol, Tree, functions_in, names_in, nodes

_CHANCE = (Signature.CHANCE, Signature.CHANCE_MASK)


@dataclass(frozen=True)
class Spelt:
    """A formula, and of each parameter whether models may differ in it."""

    tree: Tree
    per_model: Mapping[str, bool]

    @cached_property
    def text(self) -> str:
        """The formula written down: equal formulas are written alike."""
        return text_of(self.tree)

    def sort(self, part: Tree) -> Sort:
        """What a part comes to."""
        if part not in self._sorts:
            self._sorts[part] = sort_of(part, self.per_model)
        return self._sorts[part]

    @cached_property
    def _sorts(self) -> dict[Tree, Sort]:
        return {}

    @cached_property
    def repeated(self) -> frozenset[Tree]:
        """Functions that stand in several places: they are evaluated once."""
        counts = Counter(node for node in nodes(self.tree) if isinstance(node, Applied))
        return frozenset(node for node, count in counts.items() if count > 1)

    @cached_property
    def based(self) -> bool:
        """Whether it reads the base."""
        of_differences = {"varied"} & functions_in(self.tree)
        return bool({"b", "d"} & names_in(self.tree) or of_differences)

    @cached_property
    def drawn(self) -> bool:
        """Whether it draws masks."""
        return any(FUNCTIONS[name].signature in _CHANCE for name in functions_in(self.tree))

    @cached_property
    def additive(self) -> bool:
        """Whether it is the base where no model differs from it: as far as its form shows."""
        return _is_base(self.tree)


def _is_base(tree: Tree) -> bool:
    match tree:
        case Symbol(name="b"):
            return True
        case Applied(function="+", arguments=(x, y)):
            return (_is_base(x) and _vanishes(y)) or (_vanishes(x) and _is_base(y))
        case Applied(function="-", arguments=(x, y)):
            return _is_base(x) and _vanishes(y)
        case Applied(function="where", arguments=(_, x, y)):
            return _is_base(x) and _is_base(y)
    return False


_PASS_NOTHING_ON = frozenset(
    "+ - neg abs sign sqrt min max sum mean var median smallest largest".split()
)
"""Functions that of nothing but 0 make 0."""


def _vanishes(tree: Tree) -> bool:
    """Whether it is 0 where all deltas are."""
    match tree:
        case Constant(value=value):
            return value == 0
        case Symbol(name=name):
            return name == "d"
        case Applied(function="*", arguments=arguments):
            return any(map(_vanishes, arguments))
        case Applied(function="/" | "rescaled", arguments=(x, _)):
            return _vanishes(x)
        case Applied(function="where", arguments=(_, x, y)):
            return _vanishes(x) and _vanishes(y)
        case Applied(function=function, arguments=arguments):
            return function in _PASS_NOTHING_ON and all(map(_vanishes, arguments))
