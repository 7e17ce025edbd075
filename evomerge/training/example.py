"""What a model is trained on: a prompt, and the answer that it is to give."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

HUMAN = "human"
"""The origin of an item that people have written."""


@dataclass(frozen=True)
class Example:
    """A prompt and its answer. Only the answer is learnt, and that the text ends there."""

    prompt: str | tuple[int, ...]
    """Tokens as a request has them, so that what is learnt is what is asked; of a text they are
    made without special tokens."""
    answer: str
    """As it follows the prompt: with the space that stands between, if one does."""
    origin: str = HUMAN
    """Which kind of writer it is from; counted and told, and without effect on what is learnt."""

    @cached_property
    def sha256(self) -> str:
        """Names prompt and answer."""
        text = json.dumps([self.prompt, self.answer], ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def distinct(examples: Iterable[Example]) -> list[Example]:
    """The examples in the order of their hashes, of equal ones the one whose origin sorts first: so
    nothing depends on the order in which they are given.
    """
    each: dict[str, Example] = {}
    for one in sorted(examples, key=lambda one: (one.sha256, one.origin)):
        each.setdefault(one.sha256, one)
    return [*each.values()]


def data_sha256(examples: Iterable[Example]) -> str:
    """Names a set of examples, in whatever order they are, whoever wrote them."""
    each = "\n".join(one.sha256 for one in distinct(examples))
    return hashlib.sha256(each.encode()).hexdigest()
