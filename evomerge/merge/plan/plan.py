"""A recipe without genes, spelled out: for each tensor of the offspring, what it is made of."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.errors import ParentError
from evomerge.merge.methods import Method
from evomerge.merge.plan.contract import inputs_of, method_of
from evomerge.merge.plan.drafts import Draft, of_models
from evomerge.merge.plan.drafts import Ingredient as Ingredient
from evomerge.merge.plan.sections import sections_of
from evomerge.merge.plan.settings import goes_in_steps
from evomerge.merge.plan.slices import Slices
from evomerge.recipe import Recipe
from evomerge.recipe.parameters import lookup
from evomerge.recipe.schema import Parameters
from evomerge.weights import Parent, Relayered, Spec, offspring_config


@dataclass(frozen=True)
class Operation:
    """How one tensor of the offspring is made."""

    name: str
    inputs: tuple[Ingredient, ...]
    """None of them: the base's tensor, copied."""
    base: Ingredient | None
    settings: Mapping[str, Any]
    """Every parameter of the method: one value, or one for each input."""


@dataclass(frozen=True)
class Plan:
    """All operations of a recipe, in the order of the tensors' names."""

    method: Method
    operations: tuple[Operation, ...]
    layers: tuple[Relayered, ...] | None
    """Where the recipe has slices: for each layer, the layer of the first source it comes from."""


def make_plan(recipe: Recipe, parents: Mapping[str, Parent]) -> Plan:
    """Spell a recipe out.

    Args:
        parents: the recipe's parents by name, their tensors under the same names.

    Raises:
        RecipeError: a module of the recipe is none of the model.
        ParentError: a slice takes layers that a parent does not have, or tensors that differ in
            shape are to be merged.
    """
    method = method_of(recipe)
    drafts: list[Draft] = []
    copies: list[Operation] = []
    stacks: list[Relayered] = []
    for section, names, layout in sections_of(recipe, parents):
        if section is None:
            copies += [_copy(recipe.template, name, name) for name in names]
        elif section.models is not None:
            drafts += of_models(recipe, section, names, layout)
        else:
            slices = Slices(recipe, section, names, layout, parents)
            drafts += slices.drafts()
            stacks.append(slices.relayered)
    operations = [*copies]
    for draft in drafts:
        if _is_templates(draft, recipe.template, parents):
            source = draft.ingredients[0].tensor
            operations.append(_copy(recipe.template, draft.name, source))
        else:
            operations.append(_operation(recipe, method, draft))
    for operation in operations:
        _check_shapes(operation, parents)
    ordered = tuple(sorted(operations, key=lambda operation: operation.name))
    return Plan(method, ordered, tuple(stacks) or None)


def check_layers(recipe: Recipe, parents: Mapping[str, Parent]) -> None:
    """Check that layers which slices move compute what they did.

    Raises:
        ParentError: one would not.
    """
    sliced = [
        Slices(recipe, section, names, layout, parents)
        for section, names, layout in sections_of(recipe, parents)
        if section is not None and section.slices
    ]
    template = parents[recipe.template]
    config = offspring_config(template.config, "float32", [one.relayered for one in sliced])
    for one in sliced:
        one.check_moved(config, template.tensors.specs)


def _is_templates(draft: Draft, template: str, parents: Mapping[str, Parent]) -> bool:
    """Whether the template alone has a tensor, and gives it to all the others."""
    others = [i for i in draft.ingredients if i.parent != template]
    return bool(others) and all(i.tensor in parents[i.parent].lacking for i in others)


def _copy(template: str, name: str, source: str) -> Operation:
    return Operation(name, (), Ingredient(template, source, ()), {})


def _operation(recipe: Recipe, method: Method, draft: Draft) -> Operation:
    chosen = set(inputs_of(recipe, tuple(i.parent for i in draft.ingredients), draft.base))
    inputs = tuple(i for i in draft.ingredients if i.parent in chosen)
    base = None
    if method.base != "unused":
        base = next((i for i in draft.ingredients if i.parent == draft.base), None)
    settings: dict[str, Any] = {}
    for parameter, contract in method.parameters.items():

        def value_at(levels: Sequence[Parameters], tensor: str) -> Any:
            default = contract.default  # noqa: B023 - called at once
            in_steps = goes_in_steps(contract)  # noqa: B023
            found = lookup(parameter, levels, tensor, draft.depth, in_steps=in_steps)  # noqa: B023
            return default if found is None else type(default)(found) if in_steps else found

        key = f"{parameter}_" if keyword.iskeyword(parameter) else parameter
        if contract.per_model:
            settings[key] = tuple(value_at(i.parameters, i.tensor) for i in inputs)
        else:
            settings[key] = value_at(inputs[0].parameters[1:], draft.name)
    return Operation(draft.name, inputs, base, settings)


def _check_shapes(operation: Operation, parents: Mapping[str, Parent]) -> None:
    shapes: dict[tuple[int, ...], str] = {}
    for ingredient in (*operation.inputs, *filter(None, [operation.base])):
        spec: Spec | None = parents[ingredient.parent].tensors.specs.get(ingredient.tensor)
        if spec is None:
            raise ParentError(f"{ingredient.parent} has no tensor {ingredient.tensor}")
        shapes[spec.shape] = ingredient.parent
    if len(shapes) > 1:
        listed = ", ".join(f"{[*shape]} in {parent}" for shape, parent in shapes.items())
        raise ParentError(f"{operation.name} differs in shape: {listed}")
