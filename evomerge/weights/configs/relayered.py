"""config.json of an offspring, whose layers may be those of several models in any order."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from evomerge.errors import LayerError

PATTERN = "pattern"
"""Part of the name of a text with a letter for each layer."""
_NAMED = re.compile(r"layers|layer_i(ds|ndices|dxs?)$|attn_idxs$")
"""Keys of lists of numbers that name layers."""

ConfigKey = tuple[str, ...]
"""A place in config.json: ("text_config", "num_hidden_layers")."""


class Origin(NamedTuple):
    """Where a layer of an offspring comes from."""

    model: str
    config: Mapping[str, Any]
    """The model's config.json."""
    layer: int
    """Its number in the model."""
    layers: int
    """How many the model has."""


@dataclass(frozen=True)
class Relayered:
    """A stack of layers in another order than the parent's, or with others in it."""

    keys: tuple[ConfigKey, ...]
    """Where config.json says how many layers the stack has."""
    order: tuple[int, ...]
    """For each layer of the offspring, its number in the model that it comes from."""
    lists: Mapping[ConfigKey, Sequence[Any] | str]
    """What config.json then says of single layers."""

    @classmethod
    def of(
        cls,
        keys: tuple[ConfigKey, ...],
        parent: Mapping[str, Any],
        layers: int,
        origins: Sequence[Origin],
    ) -> Relayered:
        """A stack with a layer from each origin.

        Args:
            parent: config.json of the model that all but the layers is taken from.
            layers: how many that model has.

        Raises:
            LayerError: an origin says nothing of its layers where the parent does.
        """
        lists: dict[ConfigKey, Sequence[Any] | str] = {}
        for section in dict.fromkeys([key[:-1] for key in keys] or [()]):
            for key, value in (_at(parent, section) or {}).items():
                if key == "architectures" or "token" in key or not isinstance(value, list | str):
                    continue
                place = (*section, key)
                if isinstance(value, list) or (PATTERN in key and len(value) == layers):
                    made = _relisted(value, place, layers, origins)
                    if made is not value or len(value) == layers:
                        lists[place] = made
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
            _at(config, place[:-1])[place[-1]] = value if isinstance(value, str) else [*value]
        for key in stack.keys:
            _at(config, key[:-1])[key[-1]] = len(stack.order)
    return config


def _at(config: Any, place: ConfigKey) -> Any:
    """What stands at a place of config.json; None where it has no such place."""
    for step in place:
        config = config.get(step) if isinstance(config, Mapping) else None
    return config


def _relisted(
    value: list[Any] | str, place: ConfigKey, layers: int, origins: Sequence[Origin]
) -> list[Any] | str:
    """A list in config.json for layers of other origins.

    It names the layers that something holds for (mlp_only_layers, attn_layer_indices), or has a
    value for each layer (layer_types, or a letter of hybrid_override_pattern), or has nothing to
    do with layers.
    """
    theirs = [_at(origin.config, place) for origin in origins]
    for number, origin in enumerate(origins):
        if theirs[number] is None and origin.layers == layers:
            theirs[number] = value  # an older config of as deep a model: left to the default
    told = [*zip(theirs, origins, strict=True)]
    if _NAMED.search(place[-1]) and all(map(rises, [value, *theirs])):
        return [new for new, (listed, origin) in enumerate(told) if origin.layer in listed]
    if len(value) != layers:
        return value
    strange = [
        number
        for number, (listed, origin) in enumerate(told)
        if not isinstance(listed, list | str) or len(listed) != origin.layers
    ]
    if strange and any(listed != value for listed in theirs):
        said = f"config.json has no {place[-1]} for each of its layers"
        raise LayerError(f"{origins[strange[0]].model}: {said}", strange[0])
    moved = value if strange else [listed[origin.layer] for listed, origin in told]
    return "".join(moved) if isinstance(value, str) else moved


def rises(value: Any) -> bool:
    """Whether it lists layers by their numbers."""
    numbers = isinstance(value, list) and all(type(layer) is int for layer in value)
    return numbers and all(a < b for a, b in pairwise(value))
