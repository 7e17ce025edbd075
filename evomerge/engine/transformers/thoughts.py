"""Where the thoughts before answers end: no stop string counts in them, and nobody judges them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.engine.request import Thought


@dataclass(frozen=True)
class Start:
    """Where an answer begins."""

    tokens: int
    """How many tokens are behind it."""
    text: str
    """What the last of them has of it."""


class Thoughts:
    """Finds the answers behind thoughts.

    Args:
        tokenizer: the parents' tokenizer.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def start(self, tokens: Sequence[int], thought: Thought) -> Start | None:
        """Where the answer begins; None while a thought is open.

        Args:
            tokens: all that was said.
        """
        text: str = self._tokenizer.decode(tokens)
        behind = text.rpartition(thought.end)[2]
        if thought.opening and thought.opening in behind:
            return None
        count = text.count(thought.end)
        if not count:
            return None if thought.open else Start(0, "")

        def ended(size: int) -> bool:
            known: str = self._tokenizer.decode(tokens[:size])
            return known.count(thought.end) == count

        size = bisect_left(range(len(tokens)), True, key=ended)
        return Start(size, self._tokenizer.decode(tokens[:size]).rpartition(thought.end)[2])

    def answer(self, tokens: Sequence[int], start: Start) -> str:
        """The answer's text, without special tokens and what is blank before it."""
        text: str = self._tokenizer.decode(tokens[start.tokens :], skip_special_tokens=True)
        return (start.text + text).lstrip()
