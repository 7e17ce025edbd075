"""What models are asked to write and to verify items, and who asks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ModelQuestion:
    """One text that a model is to go on from."""

    model: str
    """As the recipe names it; `leader`, or `elite`: which of them is told by the key."""
    prompt: str
    max_tokens: int
    stops: tuple[str, ...]
    """Strings that end what it says, and are not part of it."""
    temperature: float
    """0: the most probable token each time."""
    top_p: float
    key: int
    """64 bits that name it: all chance in its answer follows from them."""


@dataclass(frozen=True)
class ModelReply:
    """What a model said."""

    text: str
    tokens: int
    """Read and written."""
    finished: bool
    """Whether it came to an end of its own, before `max_tokens`."""
    seconds: float = 0.0
    """Of forward passes: its share of those that it was answered with."""


class ModelAsker(Protocol):
    """Puts questions to models."""

    def ask(self, asked: Sequence[ModelQuestion]) -> Sequence[ModelReply]:
        """The reply to each question, in their order; the same to the same question.

        Raises:
            Stopped: a model cannot be asked now, and may be later.
        """
        ...
