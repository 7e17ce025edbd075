"""A formula evaluated: its numbers in float64, its tensors in float32, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch

from evomerge.formulas import scalars
from evomerge.formulas.language import FUNCTIONS, Signature
from evomerge.formulas.scalars import Number
from evomerge.formulas.tree import Applied, Constant, Symbol, Tree
from evomerge.merge.formulas.blocks import BlockValues, RowBlock
from evomerge.merge.formulas.spelt import Spelt
from evomerge.merge.formulas.thinned import BASE, DELTA
from evomerge.merge.formulas.whole_masks import WholeMasks
from evomerge.merge.kernels.tensors import sums
from evomerge.merge.methods.formula import Elementwise, Rows
from evomerge.merge.methods.inputs import Inputs
from evomerge.merge.methods.model_stock import mean_cosine
from evomerge.merge.methods.spheres import Doubles
from evomerge.merge.methods.task_vectors import TINY_NORM

CHUNK = 1 << 15
"""Elements worked on at a time, more or less: what is made on the way stays in the cache. Sums over
elements are added up chunk by chunk, so their last bits follow from it."""
_S = Signature


class Evaluation:
    """One formula over the tensors of one name.

    Args:
        given: the values of its parameters; of a per-model one as many as there are models.
        keys: what draws are counted by, one for each model.
    """

    def __init__(
        self, spelt: Spelt, inputs: Inputs, given: Mapping[str, Number], keys: Sequence[int]
    ) -> None:
        self.spelt, self.inputs, self.keys = spelt, inputs, keys
        self._given = given
        self._numbers: dict[Tree, Number] = {}
        """What parts have come to; of what is rescaled, by how much."""
        self.masks = WholeMasks(spelt, inputs, keys, self.each, self._whole)
        self._values = BlockValues(spelt, keys, self.number, self.masks.of)

    def number(self, tree: Tree) -> Number:
        """What a part of the formula comes to that is no tensor; of `rescaled`, the factor."""
        if tree not in self._numbers:
            self._numbers[tree] = self._number(tree)
        return self._numbers[tree]

    def one(self, tree: Tree) -> float:
        """The same of a part that is one number."""
        value = self.number(tree)
        assert not isinstance(value, tuple)
        return value

    def each(self, tree: Tree) -> tuple[float, ...]:
        """The same for each model."""
        value = self.number(tree)
        return value if isinstance(value, tuple) else (value,) * self.inputs.models

    def elementwise(self) -> Elementwise:
        """The formula as a function of rows."""

        def kernel(thetas: Rows, base: torch.Tensor | None, first: int) -> torch.Tensor:
            out = torch.empty_like(thetas[0])
            columns = max(1, out.shape[-1])
            rows = max(1, CHUNK // columns)
            for begin in range(0, len(out), rows):
                part = slice(begin, begin + rows)
                own = None if base is None else base[part]
                block = RowBlock([theta[part] for theta in thetas], own, (first + begin) * columns)
                (out[part],) = self._values.listed(self.spelt.tree, block)
            return out

        return Elementwise(kernel)

    def _number(self, tree: Tree) -> Number:
        match tree:
            case Constant():
                return tree.value
            case Symbol(name="n"):
                return float(self.inputs.models)
            case Symbol(name="numel"):
                return float(self.inputs.numel)
            case Symbol():
                return self._given[tree.name]
            case Applied():
                return self._applied(tree)

    def _applied(self, tree: Applied) -> Number:
        match FUNCTIONS[tree.function].signature:
            case _S.OVER_MODELS:
                return scalars.over_models(tree.function, self.each(tree.arguments[0]))
            case _S.OF_MODELS:
                return self._cosine(tree.arguments[0])
            case _S.OVER_ELEMENTS if tree.function == "norm":
                (x,) = tree.arguments
                return scalars.applied("sqrt", [self._dot(x, x)])
            case _S.OVER_ELEMENTS if tree.function == "dot":
                return self._dot(*tree.arguments)
            case _S.OVER_ELEMENTS:
                return self._summed(tree.arguments[0])
            case _S.OF_TENSORS:
                return self._factor(*tree.arguments)
            case _:
                return scalars.applied(tree.function, [*map(self.number, tree.arguments)])

    def _factor(self, x: Tree, y: Tree) -> Number:
        """What gives x the sum of magnitudes of y; 1 where there is next to nothing of either."""
        before, after = self._summed(y, magnitudes=True), self._summed(x, magnitudes=True)

        def factor(before: float, after: float) -> float:
            return before / after if min(before, after) >= TINY_NORM else 1.0

        return scalars.by_model(factor, [before, after])

    def _cosine(self, x: Tree) -> float:
        if self.inputs.models == 1:
            return 1.0
        products = self.inputs.delta_products if x == DELTA else self._products(x)
        return float(mean_cosine(products))

    def _dot(self, x: Tree, y: Tree) -> Number:
        match x, y:
            case Symbol(name="d"), Symbol(name="d"):
                return _floats(self.inputs.delta_products.diagonal())
            case Symbol(name="theta" | "b"), Symbol(name="theta" | "b"):
                return self._product(x, y)
            case Applied("*", (Symbol(name="d"), Applied("varied", (Symbol(name="d"), _)) as m)), _:
                if x == y:
                    return _floats(self.masks.varied(m).squares)
        return self._summed(x, y)

    def _product(self, x: Tree, y: Tree) -> Number:
        """The inner product of models or the base, which methods know."""
        products, count = self.inputs.products, self.inputs.models
        if x == y:
            return float(products[-1, -1]) if x == BASE else _floats(products.diagonal()[:count])
        return _floats(products[:count, count])

    def _summed(self, *factors: Tree, magnitudes: bool = False) -> Number:
        """The sum of a product over all elements, in float64, chunk by chunk."""
        several = any(self.spelt.sort(factor).per_model for factor in factors)
        totals = [0.0] * (self.inputs.models if several else 1)
        for block in self._blocks():
            each = [self._doubles(factor, block) for factor in factors]
            for i in range(len(totals)):
                made = each[0][i % len(each[0])].clone()
                for other in each[1:]:
                    made *= other[i % len(other)]
                totals[i] += float(sums.fold(made.abs_() if magnitudes else made))
        return tuple(totals) if several else totals[0]

    def _products(self, x: Tree) -> Doubles:
        """Inner products of a tensor of each model, shape (models, models)."""
        made = np.zeros((self.inputs.models,) * 2)
        for block in self._blocks():
            each = self._doubles(x, block)
            for i, one in enumerate(each):
                for k, other in enumerate(each[: i + 1]):
                    made[i, k] += float(sums.fold(one * other))
        return made + np.tril(made, -1).T

    def _doubles(self, tree: Tree, block: RowBlock) -> list[torch.Tensor]:
        """A part of the formula in float64, flat: for each model, or once."""
        each = self._values.listed(tree, block)
        return [value.expand_as(block.like).double().reshape(-1) for value in each]

    def _blocks(self) -> Iterator[RowBlock]:
        """The rows of the tensors, CHUNK by CHUNK."""
        columns = self.inputs.columns
        size = max(1, CHUNK // columns) * columns
        for offset in range(0, self.inputs.numel, size):
            thetas, base = self.inputs.rows(offset, min(size, self.inputs.numel - offset))
            yield RowBlock(thetas, base, offset)

    def _whole(self, tree: Tree) -> list[torch.Tensor]:
        """A part of the formula as whole tensors, flat: for each model, or once."""
        count = self.inputs.models if self.spelt.sort(tree).per_model else 1
        device = self.inputs.thetas[0].device
        made = [torch.empty(self.inputs.numel, device=device) for _ in range(count)]
        for block in self._blocks():
            part = slice(block.offset, block.offset + block.numel)
            for whole, value in zip(made, self._values.listed(tree, block), strict=True):
                whole[part] = value.expand_as(block.like).reshape(-1)
        return made


def _floats(values: Doubles) -> tuple[float, ...]:
    return tuple(map(float, values))
