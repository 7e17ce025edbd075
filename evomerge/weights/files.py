"""The small files of a model folder: tokenizer, generation config, config."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.json",
    "vocab.txt",
    "merges.txt",
    "tokenizer.model",
    "spiece.model",
    "sentencepiece.bpe.model",
    "chat_template.jinja",
    "chat_template.json",
)
GENERATION_CONFIG = "generation_config.json"


def tokenizer_files(folder: Path) -> list[Path]:
    """The tokenizer's files, to be copied as they are.

    A tokenizer that transformers 5 has loaded and saved again fails in transformers 4.
    """
    return [folder / name for name in TOKENIZER_FILES if (folder / name).is_file()]


def settings_files(folder: Path) -> list[Path]:
    """All small files by which the same weights would answer otherwise."""
    named = [folder / "config.json", folder / GENERATION_CONFIG]
    return [*(file for file in named if file.is_file()), *tokenizer_files(folder)]


ConfigKey = tuple[str, ...]
"""A place in config.json: ("text_config", "num_hidden_layers")."""


@dataclass(frozen=True)
class Relayered:
    """A stack of layers in another order than the parent's, or with others in it."""

    keys: tuple[ConfigKey, ...]
    """Where config.json says how many layers the stack has."""
    order: tuple[int, ...]
    """For each layer of the offspring, the parent's layer that it takes the place of."""


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
        before = {key: _at(config, key[:-1])[key[-1]] for key in stack.keys}
        for place in dict.fromkeys(key[:-1] for key in stack.keys):
            layers = next(count for key, count in before.items() if key[:-1] == place)
            _reorder(_at(config, place), layers, stack.order)
        for key in stack.keys:
            _at(config, key[:-1])[key[-1]] = len(stack.order)
    return config


def _at(config: dict[str, Any], place: ConfigKey) -> dict[str, Any]:
    for step in place:
        config = config[step]
    return config


def _reorder(config: dict[str, Any], layers: int, order: Sequence[int]) -> None:
    """Rearrange what config.json says of single layers.

    That is a list with a value for each layer (layer_types), or one of the layers that something
    holds for (mlp_only_layers), which goes up.
    """
    for key, value in config.items():
        if not isinstance(value, list) or key == "architectures" or "token" in key:
            continue
        if len(value) == layers:
            config[key] = [value[layer] for layer in order]
        elif "layers" in key and all(type(layer) is int for layer in value):
            config[key] = [new for new, layer in enumerate(order) if layer in value]
