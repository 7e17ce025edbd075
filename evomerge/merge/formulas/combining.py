"""Formulas that add up the models and the base, each times a number: a combination."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.formulas.scalars import Number, applied
from evomerge.formulas.tree import Applied, Tree
from evomerge.merge.formulas.evaluation import Evaluation
from evomerge.merge.formulas.terms import Factor, factors_of, terms_of
from evomerge.merge.formulas.thinned import BASE, DELTA, THETA
from evomerge.merge.methods.formula import Combination


def combined(evaluation: Evaluation) -> Combination | None:
    """The combination that a formula comes to; None where it is none."""
    making = _Coefficients(evaluation)
    if not making.add(evaluation.spelt.tree) or not making.has_models:
        return None
    return Combination(making.of_models, making.of_base)


class _Coefficients:
    """What each model and the base count for so far."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self.of_models: list[float] = []
        self.of_base = 0.0

    @property
    def has_models(self) -> bool:
        """Whether any model counts."""
        return bool(self.of_models)

    def add(self, tree: Tree) -> bool:
        """Add the terms of the formula; False where one of them is no tensor times a number."""
        return all(self._add(sign, term) for sign, term in terms_of(tree))

    def _add(self, sign: float, term: Tree) -> bool:
        factors = [*factors_of(term)]
        tensors = [f for f in factors if self._evaluation.spelt.sort(f.tree).tensor]
        if len(tensors) != 1 or tensors[0].divides:
            return False
        (core,) = tensors
        if core.tree == BASE:
            value = self._times(1.0, factors, core)
            assert not isinstance(value, tuple)
            self.of_base += value * sign
            return True
        match core.tree:
            case Applied("sum" | "mean" as function, (inside,)):
                share = 1.0 if function == "sum" else float(self._evaluation.inputs.models)
                return all(
                    self._add_models(sign * one, each, factors, core, share)
                    for one, each in terms_of(inside)
                )
        return False

    def _add_models(
        self, sign: float, term: Tree, outer: Sequence[Factor], core: Factor, share: float
    ) -> bool:
        """Add a term that stands in a sum over models, with what the sum is multiplied by."""
        inner = [*factors_of(term)]
        tensors = [f for f in inner if self._evaluation.spelt.sort(f.tree).tensor]
        if len(tensors) != 1 or tensors[0].divides or tensors[0].tree not in (BASE, THETA, DELTA):
            return False
        count = self._evaluation.inputs.models
        value = self._times((1.0,) * count, inner, tensors[0])
        value = applied("/", [value, share]) if share != 1 else value
        value = self._times(value, outer, core)
        assert isinstance(value, tuple)
        each = [sign * one for one in value]
        if tensors[0].tree != BASE:
            self.of_models = [
                a + b for a, b in zip(self.of_models or [0.0] * count, each, strict=True)
            ]
        if tensors[0].tree != THETA:
            self.of_base += sum(each) if tensors[0].tree == BASE else -sum(each)
        return True

    def _times(self, value: Number, factors: Sequence[Factor], core: Factor) -> Number:
        """A value times all factors but the tensor, in their order."""
        for factor in factors:
            if factor is not core:
                number = self._evaluation.number(factor.tree)
                value = applied("/" if factor.divides else "*", [value, number])
        return value
