"""Where a generated answer ends: at a stop string, however the tokenizer cuts it up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

UNFINISHED = "\ufffd"
"""What decoding shows for part of a character."""
LOOKBACK = 2
"""Tokens more than a stop string has that are looked at: it may be cut up in another way."""
REMEMBERED = 1 << 16
"""Ends of answers that are remembered: most offspring end theirs alike."""


class Stops:
    """Decodes answers and finds stop strings in them.

    Args:
        tokenizer: the parents' tokenizer.
    """

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self._tables: dict[tuple[str, ...], npt.NDArray[np.bool_]] = {}
        self._lengths: dict[str, int] = {}
        self._holds_one = lru_cache(REMEMBERED)(self._holds_one_of)

    def stopped(self, tokens: Sequence[int], stops: tuple[str, ...]) -> bool:
        """Whether the last token completed a stop string."""
        if not self.closes(tokens[-1], stops):
            return False
        return self._holds_one(tuple(tokens[-max(map(self._length, stops)) :]), stops)

    def closes(self, token: int, stops: tuple[str, ...]) -> bool:
        """Whether a token can complete a stop string."""
        closing = self.closing(stops)
        return bool(closing[min(token, len(closing) - 1)])

    def closing(self, stops: tuple[str, ...]) -> npt.NDArray[np.bool_]:
        """For each token whether it can complete a stop string; the last entry is for all beyond.

        Those can that contain a stop's last character. Where that is a space, any may, since some
        tokenizers hide a token's spaces when it stands alone.
        """
        if stops not in self._tables:
            ends = {stop[-1] for stop in stops} | {UNFINISHED}
            table = np.zeros(len(self.tokenizer) + 1, dtype=bool)
            if " " in ends:
                table[:] = True
            elif stops:
                texts = self.tokenizer.batch_decode([[t] for t in range(len(self.tokenizer))])
                table[:-1] = [bool(ends & set(text)) for text in texts]
            self._tables[stops] = table
        return self._tables[stops]

    def texts(
        self, answers: Sequence[Sequence[int]], stops: Sequence[tuple[str, ...]]
    ) -> list[str]:
        """Each answer's text: what stands before the first stop string."""
        texts: list[str] = self.tokenizer.batch_decode(answers, skip_special_tokens=True)
        return [before_stops(text, strings) for text, strings in zip(texts, stops, strict=True)]

    def _holds_one_of(self, tokens: tuple[int, ...], stops: tuple[str, ...]) -> bool:
        text = self.tokenizer.decode(tokens)
        return any(stop in text for stop in stops)

    def _length(self, stop: str) -> int:
        if stop not in self._lengths:
            encoded = self.tokenizer.encode(stop, add_special_tokens=False)
            self._lengths[stop] = len(encoded) + LOOKBACK
        return self._lengths[stop]


def before_stops(text: str, stops: tuple[str, ...]) -> str:
    """What stands before the first stop string."""
    for stop in stops:
        text = text.split(stop)[0]
    return text
