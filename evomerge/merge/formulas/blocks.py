"""The tensors of a formula, some rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch

from evomerge.formulas.language import FUNCTIONS, Signature
from evomerge.formulas.scalars import Number
from evomerge.formulas.tree import Applied, Symbol, Tree
from evomerge.merge.formulas import tensors
from evomerge.merge.formulas.masks import WORD, Mask, chance
from evomerge.merge.formulas.spelt import Spelt
from evomerge.merge.methods.formula import Rows

Value = torch.Tensor | list[torch.Tensor]
"""One tensor, or one of each model: (rows, columns), or no dimension where it is a number."""
_S = Signature


@dataclass
class RowBlock:
    """Rows of all tensors, and what repeated functions make of them."""

    thetas: Rows
    base: torch.Tensor | None
    offset: int
    """The number of the first element."""
    known: dict[Tree, Value] = field(default_factory=dict)

    @property
    def numel(self) -> int:
        """Elements of each tensor."""
        return self.thetas[0].numel()

    @property
    def like(self) -> torch.Tensor:
        """Rows of the shape and device of all of them."""
        return self.thetas[0]


class BlockValues:
    """Evaluates the parts of a formula that are tensors.

    Args:
        keys: what draws are counted by, one for each model.
        number: gives what a part comes to that is no tensor.
        masks: gives the masks of whole tensors that a function stands for, one or one a model.
    """

    def __init__(
        self,
        spelt: Spelt,
        keys: Sequence[int],
        number: Callable[[Tree], Number],
        masks: Callable[[Applied], list[Mask]],
    ) -> None:
        self._spelt, self._keys = spelt, keys
        self._number_of, self._masks = number, masks

    def listed(self, tree: Tree, block: RowBlock) -> list[torch.Tensor]:
        """A tensor for each model, or the only one."""
        value = self.value(tree, block)
        return value if isinstance(value, list) else [value]

    def value(self, tree: Tree, block: RowBlock) -> Value:
        """What a part comes to in a block, float32."""
        if not self._spelt.sort(tree).tensor:
            return self._number(tree, block)
        if tree in block.known:
            return block.known[tree]
        made = self._made(tree, block)
        if tree in self._spelt.repeated or tree == Symbol("d"):
            block.known[tree] = made
        return made

    def _number(self, tree: Tree, block: RowBlock) -> Value:
        value, device = self._number_of(tree), block.like.device
        if isinstance(value, tuple):
            return [tensors.number(each, device) for each in value]
        return tensors.number(value, device)

    def _made(self, tree: Tree, block: RowBlock) -> Value:
        if isinstance(tree, Symbol):
            return self._symbol(tree, block)
        assert isinstance(tree, Applied)
        match FUNCTIONS[tree.function].signature:
            case _S.ELEMENTWISE:
                return self._elementwise(tree, block)
            case _S.OVER_MODELS:
                values = self.listed(tree.arguments[0], block)
                return tensors.over_models(tree.function, values)
            case _S.AMONG_MODELS:
                return tensors.elected(self.listed(tree.arguments[0], block))
            case _S.OF_TENSORS:
                return self._of_tensors(tree, block)
            case _S.CHANCE if self._spelt.sort(tree.arguments[0]).tensor:
                return self._chance(tree.arguments[0], block)
            case _:
                masks = [
                    mask(block.offset, block.numel).view_as(block.like)
                    for mask in self._masks(tree)
                ]
                return masks if self._spelt.sort(tree).per_model else masks[0]

    def _symbol(self, tree: Symbol, block: RowBlock) -> Value:
        if tree.name == "theta":
            return block.thetas
        assert block.base is not None
        if tree.name == "b":
            return block.base
        return [theta - block.base for theta in block.thetas]

    def _elementwise(self, tree: Applied, block: RowBlock) -> Value:
        arguments = [self.value(each, block) for each in tree.arguments]
        count = max((len(x) for x in arguments if isinstance(x, list)), default=0)
        if not count:
            return tensors.applied(tree.function, [x for x in arguments if not isinstance(x, list)])
        each = [x if isinstance(x, list) else [x] * count for x in arguments]
        return [tensors.applied(tree.function, those) for those in zip(*each, strict=True)]

    def _of_tensors(self, tree: Applied, block: RowBlock) -> Value:
        """Ranks in each row; or a tensor rescaled, times a number that is known of it."""
        values = self.listed(tree.arguments[0], block)
        if tree.function == "rank":
            made = [tensors.ranks(x.expand_as(block.like)) for x in values]
            return made if self._spelt.sort(tree).per_model else made[0]
        factors = self._number(tree, block)
        several = factors if isinstance(factors, list) else [factors]
        count = max(len(values), len(several))
        each = zip(_times(values, count), _times(several, count), strict=True)
        made = [x * factor for x, factor in each]
        return made if self._spelt.sort(tree).per_model else made[0]

    def _chance(self, p: Tree, block: RowBlock) -> Value:
        """Draws whose probability differs from element to element."""
        probabilities = _times(self.listed(p, block), len(self._keys))
        at = block.offset, block.numel, block.like.device
        return [
            chance(
                key, (each.double() * WORD).round().expand_as(block.like).reshape(-1), *at
            ).view_as(block.like)
            for key, each in zip(self._keys, probabilities, strict=True)
        ]


def _times(values: list[torch.Tensor], count: int) -> list[torch.Tensor]:
    """One for each of so many."""
    return values if len(values) == count else values * count
