"""Which texts a step learns from, and how it is divided: by counting, whatever the machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from evomerge.training.texts import TrainingText

PIECE_TOKENS = 512
"""Most tokens that are read side by side, what shorter texts are filled up by among them, but for a
text that is longer itself. Enough for matrix products to outweigh what is around them, and few
enough that a step of a small batch has work for several cores."""


class Batches:
    """Texts in passes: in each pass every text has its turn once, in an order of its own.

    Args:
        size: texts of a step. A step may hold the end of one pass and the begin of the next.
    """

    def __init__(self, texts: Sequence[TrainingText], size: int, seed: int) -> None:
        self._texts, self._size, self._seed = texts, size, seed
        self._pass, self._order = -1, list[int]()

    def pieces(self, step: int) -> list[list[TrainingText]]:
        """What a step learns from, in pieces of one core's work, texts of a length together.

        Args:
            step: counted from 0.
        """
        first = step * self._size
        texts = [self._at(turn) for turn in range(first, first + self._size)]
        texts.sort(key=lambda text: len(text.tokens))  # stable: equals stay in their turn
        return [*_divided(texts)]

    def _at(self, turn: int) -> TrainingText:
        number, place = divmod(turn, len(self._texts))
        if number != self._pass:
            self._pass = number
            keys = [self._key(number, text.name) for text in self._texts]
            self._order = sorted(range(len(keys)), key=keys.__getitem__)
        return self._texts[self._order[place]]

    def _key(self, number: int, name: str) -> bytes:
        text = f"{self._seed}|{number}|{name}".encode()
        return hashlib.blake2b(text, digest_size=16).digest()


def _divided(texts: Sequence[TrainingText]) -> Iterator[list[TrainingText]]:
    """Pieces of texts that stand by their length, the shortest first."""
    piece: list[TrainingText] = []
    for text in texts:
        if piece and (len(piece) + 1) * len(text.tokens) > PIECE_TOKENS:
            yield piece
            piece = []
        piece.append(text)
    yield piece
