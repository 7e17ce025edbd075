"""The small files of a model folder: tokenizer, generation config, config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def offspring_config(
    parent: Mapping[str, Any], dtype: str, layers: Sequence[int] | None
) -> dict[str, Any]:
    """config.json of an offspring: its parent's, with the result's type and layers.

    Args:
        dtype: name of the result's type, like "bfloat16".
        layers: for each layer of the offspring, the parent's layer that it takes the place of;
            None where the recipe leaves the layers as they are.
    """
    config = dict(parent)
    config["torch_dtype" if "torch_dtype" in config else "dtype"] = dtype
    if layers is not None:
        before = config.get("num_hidden_layers")
        for key, value in config.items():
            if isinstance(value, list) and len(value) == before:  # one value for each layer
                config[key] = [value[layer] for layer in layers]
        config["num_hidden_layers"] = len(layers)
    return config
