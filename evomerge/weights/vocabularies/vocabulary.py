"""The vocabulary of a model: its tokens, and the tensors that have a row for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evomerge.weights.configs.vocab_size import vocab_size
from evomerge.weights.tensors import Spec
from evomerge.weights.vocabularies.tokenizer import load_tokenizer

Token = str | int
"""A token by its text, or a row that no text stands for by its number."""

_BY_TOKEN = re.compile(
    r"embed|wte\.|shared\.|lm_head|(^|\.)output(_layer)?\.|predictions|vocab_projector"
    r"|shared_head\.head|lm_loss|pred_layer|output_projection|(^|\.)decoder\.(weight|bias)$"
)
_NOT_BY_TOKEN = re.compile(
    r"\.\d+\.(?!embed_tokens\.|shared_head\.head\.)|posit|wpe|token_type|norm"
)


@dataclass(frozen=True)
class Vocabulary:
    """The tokens of a tokenizer."""

    ids: Mapping[Token, int]
    added: Mapping[str, Any] = field(default_factory=dict)
    """Tokens that are found in a text before it is split, as `tokenizers.AddedToken`."""

    @property
    def ordinary(self) -> set[Token]:
        """Tokens that the rules of splitting make."""
        return self.ids.keys() - self.added.keys()


def read_vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary of a model folder's tokenizer, as transformers reads it.

    Raises:
        ParentError: the folder holds no tokenizer that transformers can load.
    """
    tokenizer = load_tokenizer(folder)
    added = {str(token): token for token in tokenizer.added_tokens_decoder.values()}
    return Vocabulary(ids_of(tokenizer), added)


def ids_of(tokenizer: Any) -> dict[Token, int]:
    """The number of each token, in their order: `get_vocab` gives another one each time."""
    return dict(sorted(tokenizer.get_vocab().items(), key=lambda entry: int(entry[1])))


def vocabulary_tensors(config: Mapping[str, Any], specs: Mapping[str, Spec]) -> tuple[str, ...]:
    """Tensors that have a row for each token, whatever the architecture.

    They are embeddings and output layers by their names, and have as many rows as config.json says
    there are tokens. Layers have none, but those that guess further tokens (DeepSeek-V3).
    """
    size = vocab_size(config)
    return tuple(
        name
        for name, spec in specs.items()
        if spec.shape
        and spec.shape[0] == size
        and _BY_TOKEN.search(name)
        and not _NOT_BY_TOKEN.search(name)
    )


def strange_to_tokens(config: Mapping[str, Any], specs: Mapping[str, Spec]) -> tuple[str, ...]:
    """Tensors outside the layers with a value for each token, but not in rows that are known.

    BART's final_logits_bias has a column for each.
    """
    size, known = vocab_size(config), vocabulary_tensors(config, specs)
    return tuple(
        name
        for name, spec in specs.items()
        if size in spec.shape and name not in known and not _NOT_BY_TOKEN.search(name)
    )
