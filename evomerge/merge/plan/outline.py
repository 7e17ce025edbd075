"""What each tensor is made of, and where its settings stand: a recipe spelled out but for numbers.

Genes change numbers, as a rule, so a run's candidates have one outline.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from evomerge.errors import ParentError
from evomerge.merge.methods import Method
from evomerge.merge.plan.contract import inputs_of, method_of
from evomerge.merge.plan.drafts import Draft, Ingredient, Levels, of_models
from evomerge.merge.plan.sections import sections_of
from evomerge.merge.plan.settings import all_parameters
from evomerge.merge.plan.slices import Slices
from evomerge.recipe import Genome, Recipe, recipe_from
from evomerge.recipe.parameters import filters_in
from evomerge.weights import Parent, Relayered, Spec, offspring_config


@dataclass(frozen=True)
class SettingsGroup:
    """Tensors for which a recipe says the same, whatever its numbers."""

    name: str
    """One of the tensors."""
    inputs: tuple[Ingredient, ...]
    """What that one is made of."""
    depth: float


@dataclass(frozen=True)
class OutlinedTensor:
    """A tensor of the offspring."""

    name: str
    inputs: tuple[Ingredient, ...]
    """None of them: the base's tensor, copied."""
    base: Ingredient | None
    group: int | None
    """Which of the outline's groups says its settings; None of a copy."""


@dataclass(frozen=True)
class Outline:
    """All tensors of an offspring, in the order of their names."""

    method: Method
    tensors: tuple[OutlinedTensor, ...]
    groups: tuple[SettingsGroup, ...]
    layers: tuple[Relayered, ...] | None
    """Where the recipe has slices: for each layer, the layer of the first source it comes from."""


def structure_of(recipe: Recipe) -> Hashable:
    """All of a recipe without genes that its outline depends on: recipes of equal ones share it."""
    sections = tuple(
        (
            place,
            tuple(entry.model for entry in section.models or ()),
            tuple(
                (part.base_model, tuple((s.model, s.layers) for s in part.sources))
                for part in section.slices or ()
            ),
        )
        for place, section in recipe.sections
    )
    is_path = recipe.path is not None
    return method_of(recipe).name, recipe.base_model, sections, _filters(recipe), is_path


def make_outline(recipe: Recipe, parents: Mapping[str, Parent]) -> Outline:
    """Spell a recipe out, but for its numbers.

    Args:
        recipe: its method is chosen; other genes may be open.
        parents: the recipe's parents by name, their tensors under the same names.

    Raises:
        RecipeError: a module of the recipe is none of the model.
        ParentError: a slice takes layers that a parent does not have, or tensors that differ in
            shape are to be merged.
    """
    method, groups = method_of(recipe), _Groups(_filters(recipe))
    tensors: list[OutlinedTensor] = []
    stacks: list[Relayered] = []
    for section in sections_of(recipe, parents):
        drafts: list[Draft] = []
        if section.module is None:
            tensors += [_copy(recipe.template, name, name) for name in section.names]
        elif section.module.models is not None:
            drafts += of_models(recipe, section)
        else:
            slices = Slices(recipe, section, parents)
            drafts += slices.drafts()
            stacks.append(slices.relayered)
        for draft in drafts:
            if _is_templates(draft, recipe.template, parents):
                tensors.append(_copy(recipe.template, draft.name, draft.ingredients[0].tensor))
            else:
                tensors.append(_merged(recipe, method, draft, groups))
    for tensor in tensors:
        _check_shapes(tensor, parents)
    ordered = tuple(sorted(tensors, key=lambda tensor: tensor.name))
    return Outline(method, ordered, tuple(groups.found), tuple(stacks) or None)


def check_layers(recipe: Recipe, parents: Mapping[str, Parent]) -> None:
    """Check that layers which slices move compute what they did.

    Args:
        recipe: its method is chosen; other genes may be open.

    Raises:
        ParentError: one would not, or a slice may take layers that a parent does not have.
    """
    recipe = _widest(recipe)
    sliced = [
        Slices(recipe, section, parents)
        for section in sections_of(recipe, parents)
        if section.module is not None and section.module.slices
    ]
    template = parents[recipe.template]
    config = offspring_config(template.config, "float32", [one.relayered for one in sliced])
    for one in sliced:
        one.check_moved(config, template.tensors.specs)


def _widest(recipe: Recipe) -> Recipe:
    """The recipe with as many layers as its genes allow."""
    plain = recipe.plain()
    for place, gene in Genome(recipe).genes:
        if "layer_range" in place:
            *way, bound = place
            node: Any = plain
            for step in way:
                node = node[step]
            node[bound] = (max if bound else min)(map(int, gene.choice or ()))
    return recipe_from(plain, recipe.source)


class _Groups:
    """Tells which tensors get the same settings.

    Args:
        filters: all that the recipe's rules look for in the names of tensors.
    """

    def __init__(self, filters: frozenset[str]) -> None:
        self.found: list[SettingsGroup] = []
        self._filters = filters
        self._numbers: dict[Hashable, int] = {}

    def number(self, draft: Draft, inputs: tuple[Ingredient, ...]) -> int:
        """The group of a tensor that is made of these inputs."""
        said: list[tuple[Levels, frozenset[str]]] = [(i.levels, self._in(i.tensor)) for i in inputs]
        key = tuple(said), self._in(draft.name), draft.depth
        if key not in self._numbers:
            self._numbers[key] = len(self.found)
            self.found.append(SettingsGroup(draft.name, inputs, draft.depth))
        return self._numbers[key]

    def _in(self, tensor: str) -> frozenset[str]:
        return frozenset(filter_ for filter_ in self._filters if filter_ in tensor)


def _filters(recipe: Recipe) -> frozenset[str]:
    return frozenset(
        filter_
        for parameters, _ in all_parameters(recipe)
        for setting in parameters.values()
        for filter_ in filters_in(setting)
    )


def _is_templates(draft: Draft, template: str, parents: Mapping[str, Parent]) -> bool:
    """Whether the template alone has a tensor, and gives it to all the others."""
    others = [i for i in draft.ingredients if i.parent != template]
    return bool(others) and all(i.tensor in parents[i.parent].lacking for i in others)


def _copy(template: str, name: str, source: str) -> OutlinedTensor:
    return OutlinedTensor(name, (), Ingredient(template, source, ()), None)


def _merged(recipe: Recipe, method: Method, draft: Draft, groups: _Groups) -> OutlinedTensor:
    chosen = set(inputs_of(recipe, tuple(i.parent for i in draft.ingredients), draft.base))
    inputs = tuple(i for i in draft.ingredients if i.parent in chosen)
    base = None
    if method.base != "unused":
        base = next((i for i in draft.ingredients if i.parent == draft.base), None)
    return OutlinedTensor(draft.name, inputs, base, groups.number(draft, inputs))


def _check_shapes(tensor: OutlinedTensor, parents: Mapping[str, Parent]) -> None:
    shapes: dict[tuple[int, ...], str] = {}
    for ingredient in (*tensor.inputs, *filter(None, [tensor.base])):
        spec: Spec | None = parents[ingredient.parent].tensors.specs.get(ingredient.tensor)
        if spec is None:
            raise ParentError(f"{ingredient.parent} has no tensor {ingredient.tensor}")
        shapes[spec.shape] = ingredient.parent
    if len(shapes) > 1:
        listed = ", ".join(f"{[*shape]} in {parent}" for shape, parent in shapes.items())
        raise ParentError(f"{tensor.name} differs in shape: {listed}")
