"""config.json of an offspring, whose layers may be those of several models in any order."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from evomerge.errors import ParentError

ConfigKey = tuple[str, ...]
"""A place in config.json: ("text_config", "num_hidden_layers")."""


class Origin(NamedTuple):
    """Where a layer of an offspring comes from."""

    model: str
    config: Mapping[str, Any]
    """The model's config.json."""
    layer: int
    """Its number in the model."""


@dataclass(frozen=True)
class Relayered:
    """A stack of layers in another order than the parent's, or with others in it."""

    keys: tuple[ConfigKey, ...]
    """Where config.json says how many layers the stack has."""
    order: tuple[int, ...]
    """For each layer of the offspring, its number in the model that it comes from."""
    lists: Mapping[ConfigKey, Sequence[Any]]
    """What config.json then says of single layers."""

    @classmethod
    def of(
        cls, keys: tuple[ConfigKey, ...], parent: Mapping[str, Any], origins: Sequence[Origin]
    ) -> Relayered:
        """A stack with a layer from each origin.

        Args:
            parent: config.json of the model that all but the layers is taken from.

        Raises:
            ParentError: an origin says nothing of its layers where the parent does.
        """
        lists: dict[ConfigKey, Sequence[Any]] = {}
        for count in {key[:-1]: key for key in reversed(keys)}.values():
            for key, value in _at(parent, count[:-1]).items():
                if isinstance(value, list) and key != "architectures" and "token" not in key:
                    place = (*count[:-1], key)
                    lists[place] = _relisted(parent, place, count, origins)
        return cls(keys, tuple(origin.layer for origin in origins), lists)


def offspring_config(
    parent: Mapping[str, Any], dtype: str, stacks: Sequence[Relayered] | None
) -> dict[str, Any]:
    """config.json of an offspring: its parent's, with the result's type and layers.

    Args:
        dtype: name of the result's type, like "bfloat16".
        stacks: those whose layers the recipe's slices choose; None where there are no slices.
    """
    config = copy.deepcopy(dict(parent))
    config["torch_dtype" if "torch_dtype" in config else "dtype"] = dtype
    for stack in stacks or ():
        for place, value in stack.lists.items():
            _at(config, place[:-1])[place[-1]] = [*value]
        for key in stack.keys:
            _at(config, key[:-1])[key[-1]] = len(stack.order)
    return config


def _at(config: Any, place: ConfigKey) -> Any:
    """What stands at a place of config.json; None where it has no such place."""
    for step in place:
        config = config.get(step) if isinstance(config, Mapping) else None
    return config


def _relisted(
    parent: Mapping[str, Any], place: ConfigKey, count: ConfigKey, origins: Sequence[Origin]
) -> Sequence[Any]:
    """A list in config.json for layers of other origins.

    It names the layers that something holds for (mlp_only_layers), or has a value for each layer
    (layer_types), or has nothing to do with layers.

    Args:
        count: where config.json says how many layers there are.
    """
    value: list[Any] = _at(parent, place)
    layers = _at(parent, count)
    theirs = [_at(origin.config, place) for origin in origins]
    for number, origin in enumerate(origins):
        if theirs[number] is None and _at(origin.config, count) == layers:
            theirs[number] = value  # an older config of as deep a model: left to the default
    told = [*zip(theirs, origins, strict=True)]
    if "layers" in place[-1] and all(map(_rises, [value, *theirs])):
        return [new for new, (listed, origin) in enumerate(told) if origin.layer in listed]
    if len(value) != layers:
        return value
    strange = [
        origin.model
        for listed, origin in told
        if not isinstance(listed, list) or len(listed) != _at(origin.config, count)
    ]
    if strange and any(listed != value for listed in theirs):
        raise ParentError(f"{strange[0]}: config.json has no {place[-1]} for each of its layers")
    return value if strange else [listed[origin.layer] for listed, origin in told]


def _rises(value: Any) -> bool:
    """Whether it lists layers by their numbers."""
    numbers = isinstance(value, list) and all(type(layer) is int for layer in value)
    return numbers and all(a < b for a, b in pairwise(value))
