"""Where a generated answer ends: at a stop string, however the tokenizer cuts it up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

UNFINISHED = "\ufffd"
"""What decoding shows for part of a character."""
LOOKBACK = 2
"""Tokens more than a stop string has that are looked at: it may be cut up in another way."""


class Stops:
    """Decodes answers and finds stop strings in them.

    Args:
        tokenizer: the parents' tokenizer.
    """

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self._closing: dict[tuple[str, ...], frozenset[int] | None] = {}
        self._lengths: dict[str, int] = {}

    def stopped(self, tokens: Sequence[int], stops: tuple[str, ...]) -> bool:
        """Whether the last token completed a stop string."""
        if not stops:
            return False
        closing = self._closing_tokens(stops)
        if closing is not None and tokens[-1] not in closing:
            return False
        tail = self.tokenizer.decode(tokens[-max(map(self._length, stops)) :])
        return any(stop in tail for stop in stops)

    def text(self, tokens: Sequence[int], stops: tuple[str, ...]) -> str:
        """The answer: what stands before the first stop string."""
        text: str = self.tokenizer.decode(tokens, skip_special_tokens=True)
        for stop in stops:
            text = text.split(stop)[0]
        return text

    def _length(self, stop: str) -> int:
        if stop not in self._lengths:
            encoded = self.tokenizer.encode(stop, add_special_tokens=False)
            self._lengths[stop] = len(encoded) + LOOKBACK
        return self._lengths[stop]

    def _closing_tokens(self, stops: tuple[str, ...]) -> frozenset[int] | None:
        """Tokens that can complete a stop string: those that contain one's last character.

        None where any may, since some tokenizers hide a token's spaces when it stands alone.
        """
        if stops not in self._closing:
            ends = {stop[-1] for stop in stops} | {UNFINISHED}
            closing = None
            if " " not in ends:
                singles = [[token] for token in range(len(self.tokenizer))]
                texts = self.tokenizer.batch_decode(singles)
                closing = frozenset(t for t, text in enumerate(texts) if ends & set(text))
            self._closing[stops] = closing
        return self._closing[stops]
