"""The masks of a formula that are found by looking at a whole tensor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from evomerge.formulas.tree import Applied, Tree
from evomerge.merge.formulas.masks import Mask, mask_of
from evomerge.merge.formulas.spelt import Spelt
from evomerge.merge.formulas.thinned import DELTA, Varied, thinnings_of, varied
from evomerge.merge.methods.inputs import Inputs


class WholeMasks:
    """Finds each mask once.

    Args:
        keys: what draws are counted by, one for each model.
        each: gives a number for each model.
        whole: gives the tensors of a part of the formula as a whole, one or one for each model.
    """

    def __init__(
        self,
        spelt: Spelt,
        inputs: Inputs,
        keys: Sequence[int],
        each: Callable[[Tree], tuple[float, ...]],
        whole: Callable[[Tree], list[torch.Tensor]],
    ) -> None:
        self._spelt, self._inputs, self._keys = spelt, inputs, keys
        self._each, self._whole = each, whole
        self._masks: dict[Tree, list[Mask]] = {}
        self._varied: dict[Applied, tuple[Inputs, Varied]] = {}

    def of(self, tree: Applied) -> list[Mask]:
        """A mask for each model, or the only one."""
        if tree not in self._masks:
            self._masks[tree] = self._found(tree)
        return self._masks[tree]

    def varied(self, tree: Applied) -> Varied:
        """Where models differ most."""
        return self._differing(tree)[1]

    def _differing(self, tree: Applied) -> tuple[Inputs, Varied]:
        if tree not in self._varied:
            x, share = tree.arguments
            inputs = self._inputs if x == DELTA else _alone(self._whole(x), self._inputs)
            self._varied[tree] = inputs, varied(inputs, self._each(share)[0])
        return self._varied[tree]

    def _found(self, tree: Applied) -> list[Mask]:
        if tree.function == "varied":
            inputs, places = self._differing(tree)
            return [mask_of(inputs, 0, places.thinning)]
        x = None if tree.function == "drawn" else tree.arguments[0]
        numbers = [*map(self._each, tree.arguments if x is None else tree.arguments[1:])]
        if x is None or x == DELTA:
            each = thinnings_of(tree.function, self._inputs, numbers, self._keys)
            return [mask_of(self._inputs, model, one) for model, one in enumerate(each)]
        several = self._spelt.sort(tree).per_model
        whole = self._whole(x)
        made = list[Mask]()
        for model in range(self._inputs.models if several else 1):
            inputs = _alone([whole[model if len(whole) > 1 else 0]], self._inputs)
            own, key = [[one[model]] for one in numbers], self._keys[model : model + 1]
            (thinning,) = thinnings_of(tree.function, inputs, own, key)
            made.append(mask_of(inputs, 0, thinning))
        return made


def _alone(tensors: Sequence[torch.Tensor], like: Inputs) -> Inputs:
    """Tensors as deltas of a base of 0."""
    shaped = [tensor.view(like.shape) for tensor in tensors]
    return Inputs(shaped, torch.zeros_like(shaped[0]))
