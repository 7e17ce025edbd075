"""The layers of a merge that a recipe's path runs through, and what a path makes of them."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property

import torch

from evomerge.engine.route import Route
from evomerge.errors import LayerError, ParentError
from evomerge.merge.plan.layers import by_layer, check_order, kinds_of
from evomerge.merge.plan.moved import check_moved
from evomerge.merge.plan.operation import Operation
from evomerge.merge.plan.stacks import Stack, Stacks
from evomerge.recipe import Recipe
from evomerge.recipe.layer_path import OpenPath
from evomerge.recipe.source import Place
from evomerge.weights import Origin, Parent, Relayered, offspring_config
from evomerge.weights.configs.defaults import with_layer_lists
from evomerge.weights.layouts.residual import check_scaling, writes_residual

MERGE = "the merge"
"""What the layers of a path are said to be of."""
SMALLEST = sys.float_info.min
"""Of what scales multiply to. Divided by that nothing is finite, and the offspring fails for it."""
LARGEST = float(torch.finfo(torch.float32).max)
"""By which a layer's output projections can be multiplied."""


class PathLayers:
    """The layers of one merge.

    Args:
        recipe: with a path.
        template: the parent that gives the config.
        names: the tensors of the merge.
        stacks: where its layers come from, if they are not the template's.

    Raises:
        ParentError: it has no layers, or several stacks of them.
    """

    def __init__(
        self,
        recipe: Recipe,
        template: Parent,
        names: Iterable[str],
        stacks: Sequence[Relayered] | None,
    ) -> None:
        self._config = offspring_config(with_layer_lists(template.config), "float32", stacks)
        self._specs, self._allowed = template.tensors.specs, recipe.allow_differences
        names = [*names]
        self.stack = _only_stack(recipe, names, self._config)
        self._outside, inside = by_layer(names, self.stack)
        self._kinds = kinds_of(self.stack, inside)
        self._inside = [[(name, writes_residual(name)) for name in names] for names in inside]

    def route(self, recipe: Recipe) -> Route:
        """The way that a path without genes takes.

        Raises:
            ParentError: it has a layer that there is none of, or one cannot stand where it is put.
        """
        assert isinstance(recipe.path, tuple)
        factors, product = list[float](), 1.0
        for step in recipe.path:
            product *= step.scale
            factors.append(1.0 / max(product, SMALLEST))
        layers = tuple(step.layer for step in recipe.path)
        with _told(recipe):
            return Route(self.stack.prefix, layers, tuple(factors), self._relayered(layers))

    def _relayered(self, layers: Sequence[int]) -> Relayered:
        stack = self.stack
        for number, layer in enumerate(layers):
            if layer >= stack.layers:
                said = f"there are {stack.layers} layers, 0 to {stack.layers - 1}"
                raise LayerError(said, number)
        made = Relayered.of(stack.keys, self._config, stack.layers, [*self._origins(layers)])
        check_order(stack, self._kinds, layers, self._config, lists=bool(made.lists))
        return made

    def _origins(self, layers: Iterable[int]) -> Iterator[Origin]:
        return (Origin(MERGE, self._config, layer, self.stack.layers) for layer in layers)

    def routed(self, operations: Sequence[Operation], route: Route) -> tuple[Operation, ...]:
        """The operations of the offspring, in the order of their tensors' names.

        Args:
            operations: those of the merge.
        """
        by_name = {operation.name: operation for operation in operations}
        found = [
            by_name[name].routed(self.stack.resized(name, len(route.layers)), 1.0)
            for name in self._outside
        ]
        for number, (layer, factor) in enumerate(zip(route.layers, route.factors, strict=True)):
            for name, writes in self._inside[layer]:
                new = self.stack.renamed(name, number)
                found.append(by_name[name].routed(new, factor if writes else 1.0))
        return tuple(sorted(found, key=lambda operation: operation.name))

    def check(self, recipe: Recipe) -> None:
        """Check that layers compute where a recipe's path may put them what they did, also scaled.

        Raises:
            ParentError: they do not, or there are not as many as the recipe says.
        """
        self._check_count(recipe)
        with _told(recipe):
            self._check_moved(self._extreme(recipe), self._allowed)
        if (place := _first_scale(recipe)) is not None:
            few = self._relayered([0, min(1, self.stack.layers - 1)])
            config = offspring_config(self._config, "float32", [few])
            with _told(recipe, *place):
                check_scaling(config, self.stack.prefix, self._specs)
        if isinstance(recipe.path, tuple):
            for number, factor in enumerate(self.route(recipe).factors):
                with _told(recipe, number):
                    _check_factor(factor)

    @cached_property
    def move_unchanged(self) -> bool:
        """Whether every layer computes the same in any place, so that the merge's own layers can
        stand there. Otherwise `allow_differences` allows a change, and the saved model has it.
        """
        if not self._allowed:
            return True  # or it would have been refused
        try:
            self._check_moved((*range(1, self.stack.layers), 0), ())
        except ParentError:
            return False
        return True

    def _check_moved(self, layers: Sequence[int], allowed: Collection[str]) -> None:
        config = offspring_config(self._config, "float32", [self._relayered(layers)])
        origins = [*self._origins(layers)]
        check_moved(self.stack.prefix, self._specs, config, origins, allowed)

    def _check_count(self, recipe: Recipe) -> None:
        space, count = recipe.path_space(), self.stack.layers
        if space is not None and space.layers != count:
            with _told(recipe, "gene", "layers"):
                raise ParentError(
                    f"the models have {count} layers, not {space.layers}; say layers: {count}"
                )

    def _extreme(self, recipe: Recipe) -> tuple[int, ...]:
        """The path; where it is open, one that moves every layer to its neighbour's place.

        What is the same there does not depend on a layer's number.
        """
        if isinstance(recipe.path, OpenPath):
            return (*range(1, self.stack.layers), 0)
        return tuple(step.layer for step in recipe.path or ())


@contextmanager
def _told(recipe: Recipe, *place: str | int) -> Iterator[None]:
    """Tell the line of what is wrong in a recipe's path: of the layer, where it is one."""
    try:
        yield
    except ParentError as error:
        if isinstance(error, LayerError) and isinstance(recipe.path, tuple):
            place = (error.number,)
        raise ParentError(f"{recipe.at('path', *place)}path: {error}") from None


def _first_scale(recipe: Recipe) -> Place | None:
    """Where a path has its first scale; None where it has none."""
    if isinstance(recipe.path, OpenPath):
        return ("gene", "scale") if recipe.path.gene.scale else None
    steps = enumerate(recipe.path or ())
    return next(((number, "scale") for number, step in steps if step.scale != 1), None)


def _check_factor(factor: float) -> None:
    if factor > LARGEST:
        raise ParentError(
            f"scales up to here multiply to {1 / factor:.1g}, too little to divide by; raise them"
        )


def _only_stack(recipe: Recipe, names: Sequence[str], config: Mapping[str, object]) -> Stack:
    stacks = list(dict.fromkeys(filter(None, map(Stacks.of(names, config).stack_of, names))))
    if len(stacks) != 1:
        of = ", ".join(stack.prefix for stack in stacks) or "none"
        raise ParentError(
            f"{recipe.at('path')}path: needs a model with one stack of layers; this one has {of}"
        )
    return stacks[0]
