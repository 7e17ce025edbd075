"""How many tokens a config.json says there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VOCAB_SIZE = "vocab_size"


def vocab_size(config: Mapping[str, Any]) -> int | None:
    """How many tokens a config.json says there are; None where it does not.

    Of a model of several parts it is the text's.
    """
    for part in (config.get("text_config"), config, *config.values()):
        if isinstance(part, dict) and isinstance(part.get(VOCAB_SIZE), int):
            return int(part[VOCAB_SIZE])
    return None


def with_vocab_size(config: Mapping[str, Any], size: int) -> dict[str, Any]:
    """A config.json that says there are so many tokens, wherever it says so."""
    before = vocab_size(config)
    changed = {**config}
    for key, value in config.items():
        if isinstance(value, dict):
            changed[key] = with_vocab_size(value, size) if vocab_size(value) == before else value
        elif key == VOCAB_SIZE and value == before:
            changed[key] = size
    return changed
