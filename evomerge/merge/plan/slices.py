"""Layers taken from where a recipe's slices say, and what stands before and behind them."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from evomerge.errors import LayerError, ParentError, RecipeError
from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.drafts import Draft, Levels, Lineup, levels_of, lineup_of, with_base
from evomerge.merge.plan.ingredients import Ingredient, Ingredients
from evomerge.merge.plan.layers import by_layer, check_order, kinds_of
from evomerge.merge.plan.moved import check_moved
from evomerge.merge.plan.sections import Section
from evomerge.merge.plan.stacks import Stack, Stacks, comes_before_layers
from evomerge.recipe import LayerSource, Recipe, Slice
from evomerge.recipe.parameters import depth_of
from evomerge.weights import Origin, Relayered
from evomerge.weights.configs.defaults import with_layer_lists
from evomerge.weights.tensors import Spec


class Slices:
    """A section with `slices:`.

    Raises:
        RecipeError: the section has no layers, or several stacks of them.
        ParentError: a slice takes layers that a parent does not have, or the layers cannot stand
            where the slices put them.
    """

    def __init__(
        self,
        recipe: Recipe,
        section: Section,
        catalogue: TensorCatalogue,
    ) -> None:
        assert section.module is not None
        parents = catalogue.parents
        self.recipe, self._place = recipe, section.place
        self.stack = _only_stack(recipe, section.names, section.stacks)
        self.parts = section.module.slices or ()
        self._sources = [self._with_base(number) for number in range(len(self.parts))]
        self._outside, self._inside = by_layer(section.names, self.stack)
        first = [self.stack.renamed(n, 0) for n in self._outside if self.stack.layer_of(n) == 0]
        self._fixed = {n.removeprefix(f"{self.stack.prefix}.0.").rsplit(".", 2)[0] for n in first}
        models = {source.model for sources in self._sources for _, source in sources}
        self._layers = {name: _layers(catalogue.stacks(name), self.stack) for name in models}
        for number, sources in enumerate(self._sources):
            for levels, source in sources:
                self._check_range(number, levels, source)
        names_used = {recipe.template, *(part.sources[0].model for part in self.parts)}
        configs = {name: with_layer_lists(parents[name].config) for name in names_used}
        config = configs[recipe.template]
        self.origins = [
            Origin(source.model, configs[source.model], layer, self._layers[source.model])
            for source in (part.sources[0] for part in self.parts)
            for layer in source.layers
        ]
        keys, layers = self.stack.keys, self.stack.layers
        try:
            self.relayered = made = Relayered.of(keys, config, layers, self.origins)
            kinds = kinds_of(self.stack, self._inside)
            check_order(self.stack, kinds, made.order, config, lists=bool(made.lists))
        except ParentError as error:
            raise self._told(error) from None

    def check_moved(self, config: Mapping[str, Any], specs: Mapping[str, Spec]) -> None:
        """Check that layers compute at their new places what they computed at their own.

        Args:
            config: config.json of the offspring.
            specs: the template's tensors.

        Raises:
            ParentError: one does not.
        """
        allowed = self.recipe.allow_differences
        try:
            check_moved(self.stack.prefix, specs, config, self.origins, allowed, self._fixed)
        except ParentError as error:
            raise self._told(error) from None

    def _told(self, error: ParentError) -> ParentError:
        """The error with the line of the slice that is wrong, where it is one."""
        place = (*self._place, "slices")
        if isinstance(error, LayerError):
            counts = [len(part.sources[0].layers) for part in self.parts]
            place = (*place, bisect([*accumulate(counts)], error.number))
        return ParentError(f"{self.recipe.at(*place)}{error}")

    def drafts(self) -> Iterator[Draft]:
        """Every tensor of the section.

        Embeddings come from the first slice's sources; what stands behind the layers, norm and
        head, from the last one's, but for a recipe with a path: from the first's too.
        """
        last = 0 if self.recipe.path else len(self.parts) - 1
        lineups = [self._lineup(number) for number in range(len(self.parts))]
        for name in self._outside:
            edge = 0 if self._comes_before(name) else last
            new = self.stack.resized(name, len(self.relayered.order))
            yield self._draft(new, lineups[edge], name, None, 0.0)
        offset = 0
        for number, part in enumerate(self.parts):
            first, count = part.sources[0].layers.start, len(part.sources[0].layers)
            for local in range(count):
                depth = depth_of(local, count)
                for name in self._inside[min(first + local, self.stack.layers - 1)]:
                    new = self.stack.renamed(name, offset + local)
                    yield self._draft(new, lineups[number], name, local, depth)
            offset += count

    def _base(self, part: Slice) -> str | None:
        return part.base_model or self.recipe.base_model

    def _with_base(self, number: int) -> list[tuple[Levels, LayerSource]]:
        part, place = self.parts[number], (*self._place, "slices", number, "sources")
        return with_base(self.recipe, place, part.sources, self._base(part))

    def _comes_before(self, name: str) -> bool:
        if self.stack.is_behind(name):
            return False
        return self.stack.layer_of(name) is not None or comes_before_layers(name)

    def _lineup(self, number: int) -> Lineup[LayerSource]:
        shared = (*self._place, "slices", number, "parameters"), *levels_of(self._place)
        base = self._base(self.parts[number])
        return lineup_of(self.recipe, self._sources[number], shared, base)

    def _draft(
        self, new: str, lineup: Lineup[LayerSource], name: str, local: int | None, depth: float
    ) -> Draft:
        inputs = Ingredients.of(self._tensor_in(one, name, local) for one in lineup.entries)
        base = None if lineup.base is None else self._tensor_in(lineup.base, name, local)
        first = self._tensor_in(lineup.first, name, local).tensor
        return Draft(new, lineup, inputs, base, first, depth)

    def _tensor_in(self, source: LayerSource, name: str, local: int | None) -> Ingredient:
        if local is None:
            return Ingredient(source.model, self.stack.resized(name, self._layers[source.model]))
        return Ingredient(source.model, self.stack.renamed(name, source.layers.start + local))

    def _check_range(self, number: int, levels: Levels, source: LayerSource) -> None:
        layers = self._layers[source.model]
        if source.layers.stop > layers:
            # A base that is none of the sources takes the layers that the first one names.
            index = levels[0][-2] if levels else 0
            at = self.recipe.at(*self._place, "slices", number, "sources", index, "layer_range")
            raise ParentError(
                f"{at}layer_range {[*source.layer_range]}: {source.model} has {layers} layers; "
                f"end it at {layers} at most"
            )


def _layers(of_parent: Stacks, stack: Stack) -> int:
    """How many layers a parent has in a stack."""
    return next((s.layers for s in of_parent.each if s.prefix == stack.prefix), 0)


def _only_stack(recipe: Recipe, names: Iterable[str], of_model: Stacks) -> Stack:
    stacks = list(dict.fromkeys(filter(None, map(of_model.stack_of, names))))
    if len(stacks) == 1:
        return stacks[0]
    if not stacks:
        raise RecipeError(f"{recipe.at('slices')}there are no layers to slice; remove slices")
    modules = ", ".join(of_model.module_of(f"{stack.prefix}.0.") for stack in stacks)
    raise RecipeError(
        f"{recipe.at('slices')}the model has {len(stacks)} stacks of layers; say which by "
        f"modules: ({modules})"
    )
