"""A recipe without genes, spelled out: for each tensor of the offspring, what it is made of."""

from __future__ import annotations

import keyword
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from evomerge.merge.methods import Method, Parameter
from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.drafts import Levels
from evomerge.merge.plan.operation import Operation
from evomerge.merge.plan.outline import Outline, SettingsGroup, make_outline, structure_of
from evomerge.merge.plan.path_layers import PathLayers
from evomerge.merge.plan.settings import all_parameters, goes_in_steps
from evomerge.merge.plan.sources import Sources
from evomerge.recipe import Recipe
from evomerge.recipe.entries import Parameters
from evomerge.recipe.parameters import lookup
from evomerge.recipe.source import Place
from evomerge.weights import Parent, Relayered

OUTLINES = 16
"""Most outlines that are kept: one for each method that a gene chooses from, and a few more. That
of a model of 291 tensors takes some 0.3 MB, and 15 ms to be made."""


@dataclass(frozen=True)
class Plan:
    """All operations of a recipe, in the order of the tensors' names."""

    method: Method
    operations: tuple[Operation, ...]
    layers: tuple[Relayered, ...] | None
    """Where the recipe has slices: for each layer, the layer of the first source it comes from."""
    sources: Sources
    """What is known of the tensors it draws on."""
    unrouted: tuple[Operation, ...] = ()
    """The operations of the merge through whose layers the recipe's path runs."""
    made_of: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """By the key of an operation what its result is made of but for its factor, as far as anybody
    has asked: paths through one merge share it."""


class Planner:
    """Makes plans of recipes over the same parents; what numbers do not change is found once.

    Args:
        parents: all that the recipes may draw on by name, their tensors under the same names.
    """

    def __init__(self, parents: Mapping[str, Parent]) -> None:
        self.parents = parents
        self._catalogue = TensorCatalogue(parents)
        self._outlines: dict[Hashable, tuple[Outline, Sources]] = {}
        self._layers: dict[Hashable, PathLayers] = {}
        self._merge: tuple[dict[str, Any], Plan] | None = None
        """Of the last recipe with a path: all of it but the path, and its plan."""

    def plan(self, recipe: Recipe) -> Plan:
        """Spell a recipe without genes out.

        Raises:
            RecipeError: a module of the recipe is none of the model.
            ParentError: a slice takes layers that a parent does not have, or tensors that differ
                in shape are to be merged; or the layers cannot stand in the order of the path.
        """
        if recipe.path is None:
            return self.unrouted(recipe)
        whole = self._merge_of(recipe)
        path = self.path_layers(recipe)
        route = path.route(recipe)
        return replace(
            whole,
            operations=path.routed(whole.operations, route),
            layers=(*(whole.layers or ()), route.relayered),
            unrouted=whole.operations,
        )

    def path_layers(self, recipe: Recipe) -> PathLayers:
        """The layers that the recipe's path runs through.

        Raises:
            ParentError: there are none, or several stacks of them.
        """
        key = structure_of(recipe)
        if key not in self._layers:
            outline, _ = self._outline(recipe)
            names = [tensor.name for tensor in outline.tensors]
            template = self.parents[recipe.template]
            if len(self._layers) >= OUTLINES:
                del self._layers[next(iter(self._layers))]
            self._layers[key] = PathLayers(recipe, template, names, outline.layers)
        return self._layers[key]

    def _merge_of(self, recipe: Recipe) -> Plan:
        """The plan of the merge behind a path; most searches for paths have but one merge."""
        said = vars(recipe.unrouted)
        if self._merge is None or self._merge[0] != said:
            self._merge = said, self.unrouted(recipe)
        return self._merge[1]

    def unrouted(self, recipe: Recipe) -> Plan:
        """Spell the merge out whose layers the recipe's path runs through."""
        outline, sources = self._outline(recipe)
        placed = {place: parameters for parameters, place in all_parameters(recipe)}
        settings = [_settings(outline.method, group, placed) for group in outline.groups]
        none: dict[str, Any] = {}
        operations = tuple(
            Operation(t.name, t.inputs, t.base, none if t.group is None else settings[t.group])
            for t in outline.tensors
        )
        return Plan(outline.method, operations, outline.layers, sources)

    def _outline(self, recipe: Recipe) -> tuple[Outline, Sources]:
        key = structure_of(recipe), recipe.dtype, recipe.out_dtype
        if key not in self._outlines:
            outline = make_outline(recipe, self._catalogue)
            if len(self._outlines) >= OUTLINES:
                del self._outlines[next(iter(self._outlines))]
            named = recipe.out_dtype or recipe.dtype
            self._outlines[key] = outline, Sources(self._catalogue, outline, named)
        return self._outlines[key]


def make_plan(recipe: Recipe, parents: Mapping[str, Parent]) -> Plan:
    """Spell one recipe without genes out; see :meth:`Planner.plan`."""
    return Planner(parents).plan(recipe)


def _settings(
    method: Method, group: SettingsGroup, placed: Mapping[Place, Parameters]
) -> dict[str, Any]:
    """The settings of a group's tensors: equal numbers are one, however a recipe writes them.

    What an offspring is made of is written down from these, and 1, 1.0 and true, or 0.0 and -0.0,
    are equal but are not written alike.

    Args:
        placed: the recipe's parameters by where they stand.
    """

    def value(name: str, parameter: Parameter, levels: Levels, tensor: str) -> Any:
        in_steps = goes_in_steps(parameter)
        there = (placed[place] for place in levels if place in placed)
        found = lookup(name, there, tensor, group.depth, in_steps=in_steps)
        if found is None:
            return parameter.default
        return type(parameter.default)(found) if in_steps else float(found) + 0.0

    settings: dict[str, Any] = {}
    for name, parameter in method.parameters.items():
        key = f"{name}_" if keyword.iskeyword(name) else name
        if parameter.per_model:
            each = zip(group.levels, group.inputs, strict=True)
            settings[key] = tuple(value(name, parameter, at, i.tensor) for at, i in each)
        else:
            shared = group.levels[0][1:]
            settings[key] = value(name, parameter, shared, group.name)
    return settings
