"""Configs told in the numbers of another vocabulary: how many tokens, and which are special."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evomerge.weights.configs.vocab_size import VOCAB_SIZE

_TOKEN_ID = re.compile(r"_token_ids?$|_token_index$|^(begin_)?suppress_tokens$")


SPECIAL = ("bos_token_id", "eos_token_id", "pad_token_id")


def special_tokens(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a config.json says of the tokens that texts begin and end with."""
    text = config.get("text_config")
    places = [config, text if isinstance(text, dict) else {}]
    return {key: place[key] for key in SPECIAL for place in places if place.get(key) is not None}


def with_special_tokens(config: Mapping[str, Any], tokens: Mapping[str, Any]) -> dict[str, Any]:
    """A config.json with other such tokens, wherever it speaks of them."""
    changed = {**config}
    text = config.get("text_config")
    if isinstance(text, dict):
        changed["text_config"] = {**text, **{k: v for k, v in tokens.items() if k in text}}
        tokens = {k: v for k, v in tokens.items() if k not in text or k in config}
    return {**changed, **tokens}


@dataclass(frozen=True)
class Renumbering:
    """The way from a parent's numbers of tokens to those of another vocabulary."""

    numbers: Mapping[int, int]
    """The new number of each token that the vocabulary has."""
    before: int
    """How many rows the parent's embeddings have."""
    size: int
    """How many they will have."""

    def config(self, config: Mapping[str, Any], instead: Mapping[str, Any]) -> dict[str, Any]:
        """A config.json or generation_config.json in the new numbers.

        Args:
            instead: that of the model whose tokenizer it is: a special token that the vocabulary
                lacks becomes the one there.
        """
        changed = copy.deepcopy(dict(config))
        for key, value in config.items():
            other = instead.get(key)
            if isinstance(value, dict):
                changed[key] = self.config(value, other if isinstance(other, dict) else {})
            elif key == VOCAB_SIZE and value == self.before:
                changed[key] = self.size
            elif _TOKEN_ID.search(key):
                changed[key] = self._of(value, other)
        return changed

    def _of(self, value: Any, other: Any) -> Any:
        """One number or a list of them; what is no token's number, as -1 is, stays."""
        if isinstance(value, list):
            return [self.numbers[n] for n in value if n in self.numbers] or other
        if not isinstance(value, int) or value < 0:
            return value
        return self.numbers.get(value, other)
