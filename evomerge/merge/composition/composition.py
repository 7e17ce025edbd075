"""What an offspring is made of, as far as that is known without reading a tensor.

Recipes of equal compositions make equal weights, but for rounding: a model's weight that is
normalized away, a weight of 0, a tensor that all parents share, a method that comes to another one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import torch

from evomerge.errors import TrialError
from evomerge.merge.kernels.thinning import Cut, Drawn, Marked
from evomerge.merge.making.blend import Blender
from evomerge.merge.methods import Inputs
from evomerge.merge.methods.formula import Combination, Formula, TaskVectors
from evomerge.merge.methods.magnitudes import Magnitudes
from evomerge.merge.plan.operation import Operation
from evomerge.merge.plan.plan import Planner
from evomerge.recipe import Recipe
from evomerge.weights import Spec

PLACES, DIGITS = 12, 9
"""Decimal places and significant digits of a number: nine tell every float32 from its neighbours,
and less than 1e-12 is what rounding leaves of 0."""
KNOWN = 1 << 14
"""Most numbers, and thinnings, that are kept as text."""
Composition = Mapping[str, str]
"""By the name of each tensor of the offspring, what it is made of, written down."""


def composition(recipe: Recipe, planner: Planner) -> Composition:
    """What each tensor is made of.

    Args:
        recipe: without genes.
        planner: over its parents.

    Raises:
        UserError: as :meth:`evomerge.merge.plan.plan.Planner.plan`.
    """
    plan = planner.plan(recipe)
    blender = Blender(recipe, plan, planner.parents, torch.device("cpu"))
    unscaled = plan.made_of
    for operation in plan.operations:
        if operation.key not in unscaled:
            unscaled[operation.key] = _unscaled(blender, operation)
    return {
        operation.name: unscaled[operation.key]
        if operation.factor == 1
        else f"({unscaled[operation.key]}, {_written[operation.factor]})"
        for operation in plan.operations
    }


def composition_name(recipe: Recipe, planner: Planner) -> str:
    """The sha256 over an offspring's composition, and over how transformers reads it.

    A ledger holds these names, and a run that is resumed finds its candidates by them: what is
    hashed is what Python writes of a tuple of both, and stays that to the byte.

    Raises:
        UserError: as :func:`composition`.
    """
    template = planner.parents[recipe.template]
    settings = json.dumps([template.config, template.generation_config], default=str)
    made_of = (f"({name!r}, {text})" for name, text in sorted(composition(recipe, planner).items()))
    return hashlib.sha256(f"({settings!r}, [{', '.join(made_of)}])".encode()).hexdigest()


def _unscaled(blender: Blender, operation: Operation) -> str:
    """What a tensor is made of, but for its factor."""
    kind, sources = blender.spec(operation).dtype, blender.plan.sources
    if not kind.is_floating_point or sources.is_bases(operation):
        source = operation.base or operation.inputs[0]
        return f"({kind}, {_terms([sources.digest(source)], [1.0])})"
    operation = blender.ordered(operation)
    digests = sources.digests(operation.inputs)
    base = "" if operation.base is None else sources.digest(operation.base)
    formula: Formula | None = None
    if blender.plan.method.statistic is None:
        with contextlib.suppress(_NotReadError, TrialError):
            formula = blender.formula(operation, _Unread(blender, operation, digests, base))
    match formula:
        case Combination():
            terms = _terms([*digests, base], [*formula.coefficients, formula.at_base])
            return f"({kind}, {terms})"
        case TaskVectors():
            return f"({kind}, {_vectors(formula, digests, base)})"
        case _:
            return repr(blender.made_of(replace(operation, factor=1.0)))


def _vectors(formula: TaskVectors, digests: Sequence[str], base: str) -> str:
    """Describe b + lambda sum w f S(d) by what each delta counts for in the end."""
    lambda_, elect, plainly = formula.lambda_, formula.elect, formula.plainly
    if not elect and not any(formula.thinnings):
        counts = zip(formula.weights, formula.factors, strict=True)
        return _added(digests, [lambda_ * weight * factor for weight, factor in counts], base)
    each = [
        (digest, weight, factor, thinning)
        for digest, weight, factor, thinning in zip(
            digests, formula.weights, formula.factors, formula.thinnings, strict=True
        )
        if (weight and lambda_) or plainly
    ]
    if elect and len(each) == 1 and not plainly and (formula.least is None or each[0][1] > 0):
        digest, weight, factor, thinning = each[0]
        if formula.least is not None:  # alone, it is divided by its own weight
            weight /= max(weight, formula.least)
        each, elect = [(digest, weight, factor, thinning)], False
    if elect and each:
        listed = [(d, _number(w), _number(f), _shown(s)) for d, w, f, s in each]
        return repr((base, _number(lambda_), plainly, formula.least, tuple(sorted(listed))))
    whole = [lambda_ * weight * factor for _, weight, factor, _ in each]
    if all(thinning is None for *_, thinning in each):
        return _added([digest for digest, *_ in each], whole, base)
    thinned = [
        (digest, _shown(thinning), _number(weight))
        for (digest, _, _, thinning), weight in zip(each, whole, strict=True)
    ]
    return repr((base, tuple(sorted(thinned))))


def _added(digests: Sequence[str], weights: Sequence[float], base: str) -> str:
    """Deltas added to their base."""
    return _terms([*digests, base], [*weights, 1 - math.fsum(weights)])


def _terms(digests: Sequence[str], weights: Sequence[float]) -> str:
    """A sum of tensors: each of them once, and none that counts for nothing."""
    if len({*digests}) < len(digests):
        by_digest: dict[str, list[float]] = {}
        for digest, weight in zip(digests, weights, strict=True):
            by_digest.setdefault(digest, []).append(weight)
        digests, weights = [*by_digest], [math.fsum(each) for each in by_digest.values()]
    numbers = map(_written.__getitem__, weights)
    terms = [
        f"('{digest}', {number})"
        for digest, number in sorted(zip(digests, numbers, strict=True))
        if number != "0.0"
    ]
    return f"({terms[0]},)" if len(terms) == 1 else f"({', '.join(terms)})"


@lru_cache(KNOWN)
def _number(value: float) -> float:
    """A number without what is lost in float32 anyway; of two zeros the positive one."""
    return float(f"{round(value, PLACES):.{DIGITS}g}") + 0.0


class _Written(dict[float, str]):
    """Numbers written down, the last ones kept: a candidate's tensors have the same ones."""

    def __missing__(self, value: float) -> str:
        if len(self) >= KNOWN:
            self.clear()
        self[value] = repr(_number(value))
        return self[value]


_written = _Written()
_shown = lru_cache(KNOWN)(repr)


class _NotReadError(Exception):
    """A formula depends on what stands in the tensors."""


class _Unread(Inputs):
    """Inputs of which only shapes and hashes are known: what reads a tensor raises."""

    def __init__(
        self, blender: Blender, operation: Operation, digests: Sequence[str], base: str
    ) -> None:
        self._spec = blender.spec(operation)
        self._digests, self._base = digests, base
        self.magnitudes = [_Unranked(self._spec)] * len(digests)

    def __getattr__(self, name: str) -> Any:
        raise _NotReadError(name)

    @property
    def shape(self) -> torch.Size:
        """Of the tensors, and of the result."""
        return torch.Size(self._spec.shape)

    @property
    def numel(self) -> int:
        """Number of elements."""
        return self._spec.numel

    @property
    def models(self) -> int:
        """Number of models, without the base."""
        return len(self._digests)

    def sizes(self, model: int, thinning: Cut | Drawn | Marked) -> tuple[float, float]:
        """Numbers that stand for the sums: the same for the same delta, thinned alike."""
        known = repr((self._digests[model], self._base, thinning)).encode()
        share = int.from_bytes(hashlib.sha256(known).digest()[:6], "big") / 2**48  # six bytes
        return 1.0, (1 + share) / 2


class _Unranked(Magnitudes):
    """Magnitudes of which only the number is known."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec

    def cut(self, keep: int, drop: int = 0) -> Cut | None:
        """A cut by how many stay, wherever its limits are; None where all stay."""
        return _cut(self._spec.numel, keep, drop)


@lru_cache(KNOWN)
def _cut(numel: int, keep: int, drop: int) -> Cut | None:
    keep = min(keep, numel)
    drop = min(drop, keep)
    return None if keep == numel and not drop else Cut(0.0, keep, keep, drop)
