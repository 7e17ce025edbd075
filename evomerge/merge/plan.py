"""A recipe without genes, spelled out: for each tensor of the offspring, what it is made of."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.errors import ParentError
from evomerge.merge.contract import inputs_of, method_of
from evomerge.merge.layout import Layout, comes_before_layers
from evomerge.merge.methods import Method
from evomerge.merge.settings import goes_in_steps
from evomerge.recipe import LayerSource, ModelEntry, Recipe, Slice
from evomerge.recipe.parameters import depth_of, lookup
from evomerge.recipe.schema import Parameters
from evomerge.weights import Parent, Spec


@dataclass(frozen=True)
class Ingredient:
    """A tensor of a parent, with the parameters of its place in the recipe."""

    parent: str
    tensor: str
    parameters: tuple[Parameters, ...]


@dataclass(frozen=True)
class Operation:
    """How one tensor of the offspring is made."""

    name: str
    inputs: tuple[Ingredient, ...]
    base: Ingredient | None
    settings: Mapping[str, Any]
    """Every parameter of the method: one value, or one for each input."""


@dataclass(frozen=True)
class Plan:
    """All operations of a recipe, in the order of the tensors' names."""

    method: Method
    operations: tuple[Operation, ...]
    layers: tuple[int, ...] | None
    """Where the recipe has slices: for each layer, the layer of the first source it comes from."""


def make_plan(recipe: Recipe, parents: Mapping[str, Parent]) -> Plan:
    """Spell a recipe out.

    Args:
        parents: the recipe's parents by name.

    Raises:
        ParentError: a slice takes layers that a parent does not have, or tensors that differ in
            shape are to be merged.
    """
    method = method_of(recipe)
    if recipe.models is not None:
        drafts = list(_of_models(recipe, parents))
        layers = None
    else:
        drafts = list(_of_slices(recipe, recipe.slices or (), parents))
        layers = tuple(n for part in recipe.slices or () for n in range(*_range(part)))
    operations = [_operation(recipe, method, *draft) for draft in drafts]
    for operation in operations:
        _check_shapes(operation, parents)
    return Plan(method, tuple(sorted(operations, key=lambda op: op.name)), layers)


Draft = tuple[str, Sequence[Ingredient], float, str | None]
"""Name, ingredients (the base among them) and depth of a tensor, and the base's name."""


def _of_models(recipe: Recipe, parents: Mapping[str, Parent]) -> Iterator[Draft]:
    entries = list(recipe.models or ())
    if recipe.base_model and all(entry.model != recipe.base_model for entry in entries):
        if method_of(recipe).base == "required":
            entries.insert(0, ModelEntry(model=recipe.base_model))
    names = parents[entries[0].model].tensors.specs
    layout = Layout.of(names)
    for name in names:
        depth = depth_of(layout.layer_of(name), layout.layers)
        yield name, [_ingredient(recipe, e, name) for e in entries], depth, recipe.base_model


def _of_slices(
    recipe: Recipe, slices: Sequence[Slice], parents: Mapping[str, Parent]
) -> Iterator[Draft]:
    offset = 0
    for part in slices:
        base = part.base_model or recipe.base_model
        first = _with_base(recipe, part)[0]
        names = parents[first.model].tensors.specs
        layout = Layout.of(names)
        size = first.layer_range[1] - first.layer_range[0]
        for name in names:
            layer = layout.layer_of(name)
            if layer is None:
                edge = slices[0] if comes_before_layers(name) else slices[-1]
                if edge is part:
                    yield name, _ingredients(recipe, part, name, layout, None), 0.0, base
            elif 0 <= (local := layer - first.layer_range[0]) < size:
                ingredients = _ingredients(recipe, part, name, layout, local)
                yield layout.renamed(name, offset + local), ingredients, depth_of(local, size), base
        for source in part.sources:
            _check_range(recipe, source, parents)
        offset += size


def _with_base(recipe: Recipe, part: Slice) -> list[LayerSource]:
    """The slice's sources, and the base with the layers of the first where it is not among them."""
    sources = list(part.sources)
    base = part.base_model or recipe.base_model
    if method_of(recipe).base == "required" and base is not None:
        if all(source.model != base for source in sources):
            layers = sources[0].layer_range
            sources.append(LayerSource(model=base, layer_range=layers))
    return sources


def _ingredients(
    recipe: Recipe, part: Slice, name: str, layout: Layout, local: int | None
) -> list[Ingredient]:
    return [
        _ingredient(
            recipe,
            source,
            name if local is None else layout.renamed(name, source.layer_range[0] + local),
            part.parameters,
        )
        for source in _with_base(recipe, part)
    ]


def _ingredient(recipe: Recipe, entry: ModelEntry, tensor: str, *levels: Parameters) -> Ingredient:
    return Ingredient(entry.model, tensor, (entry.parameters, *levels, recipe.parameters))


def _operation(
    recipe: Recipe,
    method: Method,
    name: str,
    ingredients: Sequence[Ingredient],
    depth: float,
    base_name: str | None,
) -> Operation:
    chosen = set(inputs_of(recipe, tuple(i.parent for i in ingredients), base_name))
    inputs = tuple(i for i in ingredients if i.parent in chosen)
    base = None
    if method.base == "required":
        base = next(i for i in ingredients if i.parent == base_name)
    settings: dict[str, Any] = {}
    for parameter, contract in method.parameters.items():

        def value_at(levels: Sequence[Parameters], tensor: str) -> Any:
            default = contract.default  # noqa: B023 - called at once
            in_steps = goes_in_steps(contract)  # noqa: B023
            found = lookup(parameter, levels, tensor, depth, in_steps=in_steps)  # noqa: B023
            return default if found is None else type(default)(found) if in_steps else found

        key = f"{parameter}_" if keyword.iskeyword(parameter) else parameter
        if contract.per_model:
            settings[key] = tuple(value_at(i.parameters, i.tensor) for i in inputs)
        else:
            settings[key] = value_at(inputs[0].parameters[1:], name)
    return Operation(name, inputs, base, settings)


def _range(part: Slice) -> tuple[int, int]:
    return part.sources[0].layer_range


def _check_range(recipe: Recipe, source: LayerSource, parents: Mapping[str, Parent]) -> None:
    layers = Layout.of(parents[source.model].tensors.specs).layers
    if source.layer_range[1] > layers:
        at = recipe.at(*recipe.place_of_parent(source.model))
        raise ParentError(
            f"{at}layer_range {[*source.layer_range]}: {source.model} has {layers} layers"
        )


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
