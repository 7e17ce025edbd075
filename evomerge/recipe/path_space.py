"""The paths that a recipe leaves open, as genes, and the mapping both ways (arXiv 2403.13187)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import truediv
from typing import Any

from evomerge.errors import RecipeError
from evomerge.recipe.layer_path import PathGenes, ScaleGenes
from evomerge.recipe.source import Place
from evomerge.recipe.values import Gene, PlacedError, Scalar

PATH = "path"
INCLUDE, SCALE, NETWORK = "include", "scale", "network"
REACH = 1.0
"""Largest weight of the network: units add up, and saturate, all the same."""
PLACES = 6
"""Decimal places of a scale that a network gives, so that another machine's tanh gives the same."""
Steps = list[dict[str, Any]]
"""A path without genes, as plain values."""


@dataclass(frozen=True)
class PathSpace:
    """All paths through the slots of a merge: its layers in their order, some times over.

    Slot t holds layer t mod N of the merge's N; a gene says whether the path has it. Where genes
    say that of more slots than a path may have layers, it has the first of them. The residual
    stream is multiplied by W[i, j] before layer j where layer i comes before it.
    """

    layers: int
    """N, how many the merge has."""
    own: frozenset[int]
    """Layers of the first parent: alone and in order they are where a search starts, and what a
    genome without any layer stands for."""
    settings: PathGenes
    others: tuple[frozenset[int], ...] = ()
    """Layers of each further model, in the order of the slices."""

    @classmethod
    def of(cls, settings: PathGenes, layers: Sequence[tuple[str, int]], template: str) -> PathSpace:
        """The paths through a merge.

        Args:
            layers: of each layer of its slices, the model it comes from and its number there;
                none where it has no slices, and so as many layers as its models.
            template: the parent that gives the config.

        Raises:
            PlacedError: the settings do not say how many layers there are, or say otherwise; or
                the path that a search starts with is too long.
        """
        if not layers and settings.layers is None:
            raise PlacedError("say how many layers the models have: {layers: 24}", PATH, "gene")
        if layers and settings.layers not in (None, len(layers)):
            said = f"the slices have {len(layers)} layers, not {settings.layers}"
            raise PlacedError(said, PATH, "gene", "layers")
        models = [model for model, _ in layers]
        first = template if template in models else models[0] if models else ""
        places = {layer: number for number, layer in reversed([*enumerate(layers)])}
        by_model = {
            name: frozenset(number for (model, _), number in places.items() if model == name)
            for name in dict.fromkeys(models)
        }
        count = len(layers) or settings.layers or 0
        own = by_model.pop(first, frozenset(range(count)))
        space = cls(count, own, settings, tuple(by_model.values()))
        if len(space.own) > space.longest:
            said = f"the search starts with the {len(space.own)} layers of one model"
            raise PlacedError(said, PATH, "gene", "longest")
        return space

    @property
    def slots(self) -> int:
        """T = N x repeats."""
        return self.layers * self.settings.repeats

    @property
    def longest(self) -> int:
        """Most layers of a path."""
        return min(self.settings.longest or self.slots, self.slots)

    @cached_property
    def genes(self) -> tuple[tuple[Place, Gene], ...]:
        """A gene for each coordinate, and what it is called."""
        return (*self._included(), *self._scales())

    def _included(self) -> Iterator[tuple[Place, Gene]]:
        for slot in range(self.slots):
            gene = Gene(choice=(False, True), start=slot in self.own)
            yield (PATH, INCLUDE, slot), gene

    def _scales(self) -> Iterator[tuple[Place, Gene]]:
        scale = self.settings.scale
        if scale is None:
            return
        if scale.by == "network":
            for number in range(5 * scale.hidden + 1):
                yield (PATH, NETWORK, number), Gene(low=-REACH, high=REACH, start=0.0)
            return
        for i in range(self.layers):
            # Without a second time through the layers none follows a later one.
            for j in range(i + 1 if self.settings.repeats == 1 else 0, self.layers):
                yield (PATH, SCALE, i, j), Gene(low=scale.low, high=scale.high, start=1.0)

    def steps(self, value: Callable[[Place], Scalar]) -> Steps:
        """The path that values of the genes stand for.

        Args:
            value: that of a gene, by its place; it is asked for no more than the path needs.
        """
        on = [slot for slot in range(self.slots) if value((PATH, INCLUDE, slot))]
        on = on[: self.longest] or sorted(self.own)
        scaled = self._scaled(value)
        steps: Steps = [{"layer": on[0] % self.layers}]
        for number, slot in enumerate(on[1:], start=1):
            pair = steps[-1]["layer"], slot % self.layers
            steps.append({"layer": pair[1], "scale": scaled(*pair, number)})
        return steps

    def _scaled(self, value: Callable[[Place], Scalar]) -> Callable[[int, int, int], float]:
        """Gives the scale between two layers at a step."""
        scale = self.settings.scale
        if scale is None:
            return lambda i, j, number: 1.0
        if scale.by == "matrix":
            return lambda i, j, number: float(value((PATH, SCALE, i, j)))
        weights = [float(value((PATH, NETWORK, n))) for n in range(5 * scale.hidden + 1)]
        shares = self.layers, self.layers, self.slots
        return lambda *at: _network(scale, weights, [*map(truediv, at, shares)])

    def values(self, steps: Sequence[Mapping[str, Any]]) -> dict[Place, Scalar]:
        """Values of the genes that stand for a path; of what it does not tell, where all start.

        Raises:
            RecipeError: the path runs through the layers more often than the recipe allows, or is
                longer, or its scales are a network's, which cannot be told from them.
        """
        if len(steps) > self.longest:
            raise RecipeError(f"path: has {len(steps)} layers, and {self.longest} are the most")
        values: dict[Place, Scalar] = {(PATH, INCLUDE, slot): False for slot in range(self.slots)}
        values |= {place: gene.start or 0.0 for place, gene in self._scales()}
        slot = -1
        for step in steps:
            slot += 1 + (step["layer"] - slot - 1) % self.layers
            if step["layer"] >= self.layers or slot >= self.slots:
                raise RecipeError(
                    f"path: runs through {self.layers} layers more than "
                    f"{self.settings.repeats} times"
                )
            values[PATH, INCLUDE, slot] = True
        for before, after in pairwise([{"layer": None}, *steps]):
            self._note(values, before["layer"], after["layer"], after.get("scale", 1.0))
        return values

    def _note(self, values: dict[Place, Scalar], i: int | None, j: int, scale: float) -> None:
        """Note the scale of a pair of layers; before the first layer there is none."""
        place = (PATH, SCALE, i, j) if i is not None else ()
        if place in values:
            values[place] = scale
        elif scale != 1.0:
            raise RecipeError(f"path: no gene gives layer {j} the scale {scale} there")


def _network(scale: ScaleGenes, weights: Sequence[float], inputs: Sequence[float]) -> float:
    """The scale that a network of one hidden layer gives; 1 where its weights are 0.

    Args:
        weights: for each hidden unit its bias, the weights of three inputs and that of its output;
            the output's bias at last.
        inputs: the layers' numbers and the step, as shares of their largest, shape (3,).
    """
    out = weights[-1]
    for unit in range(scale.hidden):
        bias, *ahead, behind = weights[5 * unit : 5 * unit + 5]
        out += behind * math.tanh(
            bias + math.fsum(w * x for w, x in zip(ahead, inputs, strict=True))
        )
    share = math.tanh(out)
    return round(1 + share * (scale.high - 1 if share > 0 else 1 - scale.low), PLACES)
