"""All formulas of so many words as vectors in [0, 1]^n, and the mapping both ways.

The words of a tree, each function before its arguments, take a coordinate each: it chooses among
the ways to come to the sort that is wanted there, as far as the words that are left allow. So each
vector is a formula that comes to one tensor; what it does not need of a vector has no effect.
(Grammatical evolution, O'Neill and Ryan 2001, with a grammar of sorts.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from evomerge.formulas.error import FormulaError
from evomerge.formulas.language import FUNCTIONS, NAMES, Sort
from evomerge.formulas.sorts import NUMBER, sort_made, sort_of
from evomerge.formulas.text import text_of
from evomerge.formulas.tree import Applied, Constant, Symbol, Tree, size

TENSOR = Sort(tensor=True)
SORTS = (NUMBER, Sort(per_model=True), TENSOR, Sort(per_model=True, tensor=True))
DECADES = (-6, 3)
"""Numbers of a formula lie between 10 to the power of these, and have two digits."""
EDGE = 1e-3
"""Of a choice's part of [0, 1], how near to its ends no number stands."""


@dataclass(frozen=True)
class Way:
    """A way to come to a sort: a function of arguments of certain sorts, a name, or a number."""

    word: str
    """The function or the name; "" for a number."""
    arguments: tuple[Sort, ...] = ()

    @property
    def is_function(self) -> bool:
        """Whether it has arguments."""
        return bool(self.arguments)


@dataclass(frozen=True)
class FormulaSpace:
    """Formulas that come to one tensor.

    Args:
        words: most words of a formula, and so the coordinates of a vector.
        parameters: the names that formulas may use, and whether each model has its own.
    """

    words: int
    parameters: tuple[tuple[str, bool], ...] = ()

    @cached_property
    def per_model(self) -> dict[str, bool]:
        """Of each parameter, whether each model has its own."""
        return dict(self.parameters)

    @cached_property
    def _ways(self) -> dict[Sort, tuple[Way, ...]]:
        named = {name: sort for name, (sort, _) in NAMES.items()}
        named |= {name: Sort(per_model=own) for name, own in self.parameters}
        found: dict[Sort, list[Way]] = {sort: [] for sort in SORTS}
        for name, sort in named.items():
            found[sort].append(Way(name))
        found[NUMBER].append(Way(""))
        for function, known in FUNCTIONS.items():
            for sorts in product(SORTS, repeat=len(known.arguments)):
                made = sort_made(function, sorts)
                if made is not None:
                    found[made].append(Way(function, sorts))
        return {sort: tuple(ways) for sort, ways in found.items()}

    def fewest(self, sort: Sort) -> int:
        """The fewest words that come to a sort: of numbers of each model 2 where none has a name,
        as in `norm(d)`.
        """
        return 1 if any(not way.is_function for way in self._ways[sort]) else 2

    def ways(self, sort: Sort, words: int) -> list[Way]:
        """The ways to come to a sort in so many words; one at least, where there are enough."""
        return [way for way in self._ways[sort] if self._cost(way) <= words]

    def _cost(self, way: Way) -> int:
        return 1 + sum(self.fewest(sort) for sort in way.arguments)

    def decode(self, vector: Sequence[float]) -> Tree:
        """The formula that a vector of shape (words,) stands for."""
        return self._read(iter(vector), TENSOR, self.words)

    def _read(self, rest: Iterator[float], sort: Sort, words: int) -> Tree:
        ways = self.ways(sort, words)
        at = min(max(next(rest), 0.0), 1.0) * len(ways)
        number = min(int(at), len(ways) - 1)
        way = ways[number]
        if not way.is_function:
            return Symbol(way.word) if way.word else Constant(_number(at - number))
        arguments, left = list[Tree](), words - 1
        for place, wanted in enumerate(way.arguments):
            after = sum(self.fewest(later) for later in way.arguments[place + 1 :])
            arguments.append(self._read(rest, wanted, left - after))
            left -= size(arguments[-1])
        return Applied(way.word, tuple(arguments))

    def encode(self, tree: Tree) -> tuple[float, ...]:
        """The vector, shape (words,), that decodes to a formula.

        Raises:
            FormulaError: it is larger than `words`, does not come to one tensor, or has a name or
                a number that is none of the space's.
        """
        if sort_of(tree, self.per_model) != TENSOR:
            raise FormulaError(f"`{text_of(tree)}` does not come to one tensor")
        if size(tree) > self.words:
            raise FormulaError(f"has {size(tree)} words, and {self.words} are the most")
        written = [*self._written(tree, TENSOR, self.words)]
        return (*written, *[0.5] * (self.words - len(written)))

    def _written(self, tree: Tree, sort: Sort, words: int) -> Iterator[float]:
        ways = self.ways(sort, words)
        sorts = tuple(sort_of(each, self.per_model) for each in _arguments(tree))
        way, within = Way(_word(tree), sorts), 0.5
        if isinstance(tree, Constant):
            within = _within(tree.value)
        yield (ways.index(way) + within) / len(ways)
        left = words - 1
        for place, each in enumerate(_arguments(tree)):
            after = sum(self.fewest(later) for later in sorts[place + 1 :])
            yield from self._written(each, sorts[place], left - after)
            left -= size(each)


def _arguments(tree: Tree) -> tuple[Tree, ...]:
    return tree.arguments if isinstance(tree, Applied) else ()


def _word(tree: Tree) -> str:
    match tree:
        case Applied(function=function):
            return function
        case Symbol(name=name):
            return name
        case Constant():
            return ""


def _number(within: float) -> float:
    """The number at a place of its part of [0, 1]: two digits, of any size alike."""
    low, high = DECADES
    share = (min(max(within, EDGE), 1 - EDGE) - EDGE) / (1 - 2 * EDGE)
    return float(f"{10 ** (low + (high - low) * share):.1e}")


def _within(value: float) -> float:
    """The place that stands for a number."""
    low, high = DECADES
    share = (math.log10(value) - low) / (high - low) if value > 0 else -1.0
    within = EDGE + (1 - 2 * EDGE) * share
    if not 0 <= share <= 1 or _number(within) != value:
        raise FormulaError(
            f"{value:g} is no number of a formula that is searched for: these have two digits, and "
            f"lie between 1e{low} and 1e{high}"
        )
    return within
