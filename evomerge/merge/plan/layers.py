"""Do layers differ in the tensors they have, and may they stand in each other's place?"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from evomerge.errors import LayerError, ParentError
from evomerge.merge.plan.stacks import Stack
from evomerge.weights.configs.relayered import rises


def by_layer(names: Iterable[str], stack: Stack) -> tuple[list[str], list[list[str]]]:
    """The tensors outside the layers, and those of each layer.

    What only the first of the layers has, for all of them, as T5's relative positions, does not
    move with it.
    """
    outside: list[str] = []
    inside: list[dict[str, str]] = [{} for _ in range(stack.layers)]
    for name in names:
        layer = stack.layer_of(name)
        if layer is None:
            outside.append(name)
        else:
            inside[layer][stack.renamed(name, 0)] = name
    first, *others = inside
    if others and all(other.keys() == others[0].keys() < first.keys() for other in others):
        outside += [first.pop(rest) for rest in first.keys() - others[0].keys()]
    return outside, [list(layer.values()) for layer in inside]


def kinds_of(stack: Stack, inside: Iterable[Iterable[str]]) -> list[frozenset[str]]:
    """Which tensors each layer has, whatever its number.

    Args:
        inside: the tensors of each layer.
    """
    return [frozenset(stack.renamed(name, 0) for name in names) for names in inside]


def check_order(
    stack: Stack,
    kinds: Sequence[frozenset[str]],
    order: Sequence[int],
    config: Mapping[str, Any],
    *,
    lists: bool,
) -> None:
    """Check that config.json can say of layers in another order what they are.

    Args:
        kinds: the tensors of each layer, by :func:`kinds_of`.
        order: for each layer of the offspring, its number.
        config: of the model whose layers they are.
        lists: whether it has a list for each layer.

    Raises:
        ParentError: it cannot; a LayerError where one layer is why.
    """
    if [*order] == [*range(stack.layers)]:
        return
    if not (stack.keys or lists):
        raise ParentError(
            f"config.json does not say how many layers {stack.prefix} has, so the number "
            "cannot be changed; leave these layers as they are"
        )
    if len({*kinds}) == 1:
        return
    for new, layer in enumerate(order):
        moved, replaced = (kinds[min(n, len(kinds) - 1)] for n in (layer, new))
        if moved != replaced and not _are_listed(kinds, config, stack):
            raise LayerError(
                f"layer {layer} cannot become layer {new}: layers of {stack.prefix} differ in "
                "the tensors they have, and config.json does not list which is which",
                new,
            )


def _are_listed(kinds: Sequence[Hashable], config: Mapping[str, Any], stack: Stack) -> bool:
    """Whether a list in config.json (layer_types) tells layers of different kinds apart."""
    for step in stack.keys[0][:-1] if stack.keys else ():
        config = config[step]
    told = []
    for value in config.values():
        if isinstance(value, list | str) and len(value) == len(kinds):
            told.append([str(each) for each in value])
        elif rises(value):
            told.append([str(layer in value) for layer in range(len(kinds))])
    return any(len(set(zip(each, kinds, strict=True))) == len({*each}) for each in told)
