"""What each tensor is made of, and where its settings stand: a recipe spelled out but for numbers.

Genes change numbers, as a rule, so a run's candidates have one outline.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evomerge.merge.methods import Method
from evomerge.merge.plan.catalogue import TensorCatalogue
from evomerge.merge.plan.contract import method_of
from evomerge.merge.plan.drafts import Draft, Levels, of_models
from evomerge.merge.plan.ingredients import NONE, Ingredient, Ingredients
from evomerge.merge.plan.sections import sections_of
from evomerge.merge.plan.settings import all_parameters
from evomerge.merge.plan.slices import Slices
from evomerge.recipe import Genome, Recipe, recipe_from
from evomerge.recipe.parameters import filters_in, has_gradient
from evomerge.recipe.values import Setting
from evomerge.weights import Parent, Relayered, Spec, offspring_config


@dataclass(frozen=True)
class SettingsGroup:
    """Tensors for which a recipe says the same, whatever its numbers."""

    name: str
    """One of the tensors."""
    inputs: Ingredients
    """What that one is made of."""
    levels: tuple[Levels, ...]
    """For each of these, where its parameters stand."""
    depth: float
    """Where its layer stands; 0 where no setting depends on it."""


@dataclass(frozen=True)
class OutlinedTensor:
    """A tensor of the offspring."""

    name: str
    inputs: Ingredients
    """None of them: the base's tensor, copied."""
    base: Ingredient | None
    group: int | None
    """Which of the outline's groups says its settings; None of a copy."""
    promoted: Spec
    """Its shape, and the type that its ingredients promote to."""


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
    said = _filters(recipe), _depends_on_depth(recipe)
    return method_of(recipe).identity, recipe.base_model, sections, said, is_path


def make_outline(recipe: Recipe, catalogue: TensorCatalogue) -> Outline:
    """Spell a recipe out, but for its numbers.

    Args:
        recipe: its method is chosen; other genes may be open.
        catalogue: of the recipe's parents, their tensors under the same names.

    Raises:
        RecipeError: a module of the recipe is none of the model.
        ParentError: a slice takes layers that a parent does not have, or tensors that differ in
            shape are to be merged.
    """
    groups = _Groups(_filters(recipe), _depends_on_depth(recipe))
    tensors: list[OutlinedTensor] = []
    stacks: list[Relayered] = []
    template, parents = recipe.template, catalogue.parents
    given = any(parents[name].lacking for name in recipe.parent_names)
    for section in sections_of(recipe, catalogue):
        drafts: Iterable[Draft] = ()
        if section.module is None:
            tensors += [_copy(catalogue, template, name, name) for name in section.names]
        elif section.module.models is not None:
            drafts = of_models(recipe, section, catalogue)
        else:
            slices = Slices(recipe, section, catalogue)
            drafts = slices.drafts()
            stacks.append(slices.relayered)
        for draft in drafts:
            if given and _is_templates(draft, template, parents):
                tensors.append(_copy(catalogue, template, draft.name, draft.first))
            else:
                spec = catalogue.spec(draft.name, draft.inputs, draft.base)
                group = groups.number(draft)
                tensors.append(OutlinedTensor(draft.name, draft.inputs, draft.base, group, spec))
    ordered = tuple(sorted(tensors, key=lambda tensor: tensor.name))
    return Outline(method_of(recipe), ordered, tuple(groups.found), tuple(stacks) or None)


def check_layers(recipe: Recipe, parents: Mapping[str, Parent]) -> None:
    """Check that layers which slices move compute what they did.

    Args:
        recipe: its method is chosen; other genes may be open.

    Raises:
        ParentError: one would not, or a slice may take layers that a parent does not have.
    """
    recipe, catalogue = _widest(recipe), TensorCatalogue(parents)
    sliced = [
        Slices(recipe, section, catalogue)
        for section in sections_of(recipe, catalogue)
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

    def __init__(self, filters: frozenset[str], depends_on_depth: bool) -> None:
        self.found: list[SettingsGroup] = []
        self._filters, self._depends_on_depth = filters, depends_on_depth
        self._numbers: dict[Hashable, int] = {}

    def number(self, draft: Draft) -> int:
        """The group of a tensor."""
        depth = draft.depth if self._depends_on_depth else 0.0
        in_names: tuple[frozenset[str], ...] = ()
        if self._filters:
            in_names = tuple(map(self._in, (draft.name, *draft.inputs.tensors)))
        key = draft.lineup, in_names, depth
        if key not in self._numbers:
            self._numbers[key] = len(self.found)
            levels = draft.lineup.levels
            self.found.append(SettingsGroup(draft.name, draft.inputs, levels, depth))
        return self._numbers[key]

    def _in(self, tensor: str) -> frozenset[str]:
        return frozenset(filter_ for filter_ in self._filters if filter_ in tensor)


def _filters(recipe: Recipe) -> frozenset[str]:
    return frozenset(filter_ for setting in _settings(recipe) for filter_ in filters_in(setting))


def _depends_on_depth(recipe: Recipe) -> bool:
    return any(map(has_gradient, _settings(recipe)))


def _settings(recipe: Recipe) -> Iterator[Setting]:
    return (s for parameters, _ in all_parameters(recipe) for s in parameters.values())


def _is_templates(draft: Draft, template: str, parents: Mapping[str, Parent]) -> bool:
    """Whether the template alone has a tensor, and gives it to all the others."""
    taken = [*draft.inputs, *([draft.base] if draft.base else [])]
    others = [ingredient for ingredient in taken if ingredient.parent != template]
    return bool(others) and all(i.tensor in parents[i.parent].lacking for i in others)


def _copy(catalogue: TensorCatalogue, template: str, name: str, source: str) -> OutlinedTensor:
    copied = Ingredient(template, source)
    return OutlinedTensor(name, NONE, copied, None, catalogue.spec(name, NONE, copied))
