"""What a formula comes to, by the definition of its words: plain numbers, on tensors of one row.

Merges are made elsewhere, by kernels (merge/formulas/). This is what these are compared with, and
how a proposal is tried on a few numbers where there are no tensors.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.formulas.language import FUNCTIONS, Signature
from evomerge.formulas.scalars import ELEMENTWISE, OVER_MODELS
from evomerge.formulas.tree import Applied, Constant, Symbol, Tree

TINY_NORM, LEAST_SIZE = 1e-7, 1e-6
"""Sums of magnitudes and products of norms that are next to nothing, as in our methods."""
_S = Signature
Row = list[float]
Meaning = float | Row | tuple[float, ...] | tuple[Row, ...]
"""A number, a tensor, or one of each model."""


@dataclass(frozen=True)
class ExampleTensors:
    """A base and models of a few elements, parameters, and random numbers for each model.

    Rows are as long as the base. `draws` lie in [0, 1), one for each element of each model.
    """

    base: Row
    thetas: tuple[Row, ...]
    numbers: Mapping[str, float | tuple[float, ...]]
    draws: tuple[Row, ...]

    def value(self, tree: Tree) -> Meaning:
        """What a formula, or a part of one, comes to.

        Raises:
            ValueError, OverflowError: a share, or what is added up, is not finite.
        """
        match tree:
            case Constant(value=value):
                return value
            case Symbol(name=name):
                return self._symbol(name)
            case Applied():
                arguments = [*map(self.value, tree.arguments)]
                return self._applied(tree.function, arguments)

    def _symbol(self, name: str) -> Meaning:
        match name:
            case "b":
                return self.base
            case "theta":
                return self.thetas
            case "d":
                return tuple(
                    [t - b for t, b in zip(x, self.base, strict=True)] for x in self.thetas
                )
            case "n":
                return float(len(self.thetas))
            case "numel":
                return float(len(self.base))
        return self.numbers[name]

    def _applied(self, function: str, arguments: Sequence[Any]) -> Meaning:
        match FUNCTIONS[function].signature:
            case _S.ELEMENTWISE | _S.OF_NUMBERS:
                return _by_model(ELEMENTWISE[function], *arguments)
            case _S.OVER_MODELS:
                return _by_element(lambda *each: OVER_MODELS[function](each), *arguments[0])
            case _S.AMONG_MODELS:
                total = self._applied("sum", arguments)
                return _by_model(lambda x, s: float(x > 0 if s >= 0 else x < 0), *arguments, total)
            case _S.CHANCE:
                return _by_model(lambda p, u: float(u < p), arguments[0], self.draws)
            case _S.CHANCE_MASK:
                x, *shares = arguments
                return self._pruned(x, *(_by_model(_share, one) for one in shares))
            case _S.OF_MODELS:
                return _cosine(arguments[0])
            case _:
                return _WHOLE[function](*arguments)

    def _pruned(self, x: Any, p: Any, e: Any) -> Meaning:
        spread = _by_model(lambda p, e, r: p - e + 2 * e * r, p, e, _whole(_ranks, x))
        return _by_model(_passes, p, self.draws, spread)


def _passes(p: float, u: float, limit: float) -> float:
    return float(p >= 1 or (p > 0 and u < limit))


def _by_element(kernel: Callable[..., float], *arguments: Any) -> float | Row:
    """What a kernel makes of numbers and rows."""
    length = next((len(x) for x in arguments if isinstance(x, list)), None)
    if length is None:
        return kernel(*arguments)
    each = [x if isinstance(x, list) else [x] * length for x in arguments]
    return [kernel(*those) for those in zip(*each, strict=True)]


def _by_model(kernel: Callable[..., float], *arguments: Any) -> Meaning:
    """The same, for each model where one of them is of each."""
    return _whole(lambda *those: _by_element(kernel, *those), *arguments)


def _whole(function: Callable[..., Any], *arguments: Any) -> Meaning:
    """What a function makes of whole tensors, for each model where one of them is of each."""
    count = next((len(x) for x in arguments if isinstance(x, tuple)), None)
    if count is None:
        alone: float | Row = function(*arguments)
        return alone
    each = [x if isinstance(x, tuple) else (x,) * count for x in arguments]
    return tuple(function(*those) for those in zip(*each, strict=True))


def _order(x: Row) -> list[int]:
    """Places of the magnitudes, the largest first, of equals the first."""
    return sorted(range(len(x)), key=lambda i: (-abs(x[i]), i))


def _chosen(places: Sequence[int], length: int) -> Row:
    return [float(i in {*places}) for i in range(length)]


def _share(p: float) -> float:
    if math.isnan(p):
        raise ValueError("a share is not a number")
    return min(max(p, 0.0), 1.0)


def _kept(x: Row, p: float) -> Row:
    share = _share(p)
    count = max(1, int(share * len(x))) if share > 0 else 0
    return _chosen(_order(x)[:count], len(x))


def _sifted(x: Row, p: float, g: float) -> Row:
    keep = int(_share(p) * len(x))
    drop = min(int(_share(g) * len(x)), len(x) - keep)
    return _chosen(_order(x)[drop : keep + drop], len(x))


def _varied(x: tuple[Row, ...], q: float) -> Row:
    variances = [OVER_MODELS["var"](each) for each in zip(*x, strict=True)]
    if q >= 1:
        return [1.0] * len(variances)
    differing = sum(v > 0 for v in variances)
    return _chosen(_order(variances)[: int(differing * _share(q))], len(variances))


def _ranks(x: Row) -> Row:
    ascending = sorted(range(len(x)), key=lambda i: (abs(x[i]), i))
    places = {place: rank for rank, place in enumerate(ascending)}
    return [places[i] / (len(x) - 1) if len(x) > 1 else 0.5 for i in range(len(x))]


def _dot(x: Row, y: Row) -> float:
    return math.fsum(a * b for a, b in zip(x, y, strict=True))


def _rescaled(x: Row, y: Row) -> Row:
    after, before = (math.fsum(map(abs, one)) for one in (x, y))
    factor = before / after if min(before, after) >= TINY_NORM else 1.0
    return [a * factor for a in x]


def _cosine(x: tuple[Row, ...]) -> float:
    pairs = [(a, b) for n, a in enumerate(x) for b in x[:n]]
    sizes = [max(math.sqrt(_dot(a, a) * _dot(b, b)), LEAST_SIZE) for a, b in pairs]
    each = [_dot(a, b) / size for (a, b), size in zip(pairs, sizes, strict=True)]
    return sum(min(max(c, -1.0), 1.0) for c in each) / len(each) if each else 1.0


_WHOLE: Mapping[str, Callable[..., Meaning]] = {
    "keep": lambda x, p: _whole(_kept, x, p),
    "sift": lambda x, p, g: _whole(_sifted, x, p, g),
    "varied": _varied,
    "rank": lambda x: _whole(_ranks, x),
    "rescaled": lambda x, y: _whole(_rescaled, x, y),
    "total": lambda x: _whole(math.fsum, x),
    "dot": lambda x, y: _whole(_dot, x, y),
    "norm": lambda x: _whole(lambda one: math.sqrt(_dot(one, one)), x),
}
