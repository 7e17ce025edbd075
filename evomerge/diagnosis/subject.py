"""The model that is looked at, as far as it can be opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from evomerge.errors import ParentError
from evomerge.weights import Checkpoint, Parent, Tensors, open_parent
from evomerge.weights.configs.token_ids import special_tokens
from evomerge.weights.parents.location import locate
from evomerge.weights.vocabularies.tokenizer import chat_template_of, load_tokenizer
from evomerge.weights.vocabularies.vocabulary import Token, ids_of

END = "eos_token_id"


@dataclass(frozen=True)
class Subject:
    """A model, and what can be read of it although something may be wrong."""

    name: str
    folder: Path
    tokenizer_folder: Path
    config: Mapping[str, Any]
    generation_config: Mapping[str, Any]
    """Empty where the folder has none."""
    tensors: Tensors
    parent: Parent | None
    """None where it cannot be a parent of anything."""
    problem: str = ""
    """Why it cannot."""

    @classmethod
    def of(cls, name: str) -> Subject:
        """The model of a name.

        Args:
            name: as :func:`evomerge.weights.open_parent` takes it.

        Raises:
            ParentError: there is no such folder, or its files cannot be read.
        """
        try:
            parent = open_parent(name, checked=False)
        except ParentError as error:
            folder, _ = locate(name)
            stored = Checkpoint(folder)
            return cls(name, folder, folder, stored.config, {}, stored, None, str(error))
        generation = parent.generation_config or {}
        return cls(
            name,
            parent.folder,
            parent.tokenizer_folder,
            parent.config,
            generation,
            parent.tensors,
            parent,
        )

    @cached_property
    def tokenizer(self) -> Any:
        """Its tokenizer.

        Raises:
            ParentError: transformers can load none.
        """
        return load_tokenizer(self.tokenizer_folder)

    @cached_property
    def vocabulary(self) -> dict[Token, int]:
        """The number of each token; nothing where no tokenizer can be loaded."""
        try:
            return ids_of(self.tokenizer)
        except ParentError:
            return {}

    @property
    def end(self) -> int | None:
        """The token by which its tokenizer ends a text, if there is one."""
        return self.tokenizer.eos_token_id if self.vocabulary else None

    def special(self, key: str) -> list[Any]:
        """What config.json and generation_config.json say of a special token, where they do."""
        places = special_tokens(self.config), special_tokens(self.generation_config)
        return [place[key] for place in places if key in place]

    @property
    def stops(self) -> set[int]:
        """The tokens that an answer ends with."""
        return {number for value in self.special(END) for number in numbers_in(value)}

    @cached_property
    def chat_template(self) -> str | None:
        """Its chat template; None without one."""
        return chat_template_of(self.tokenizer_folder)


def numbers_in(value: Any) -> list[int]:
    """The tokens that a key names: one, a list of them, or none."""
    return [n for n in (value if isinstance(value, list) else [value]) if isinstance(n, int)]
