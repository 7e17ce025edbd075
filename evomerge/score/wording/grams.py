"""Words and short runs of words as numbers, to be counted and compared by the thousand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Grams = NDArray[np.uint64]
"""Hashes of 64 bits. That two of a million different ones are equal has a chance of 3e-8."""

_SECOND, _THIRD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
"""Odd numbers without pattern: each word of a run counts otherwise than in another place."""
_FINEST = 2**20
"""Steps of a weight of 1: whole numbers have the same sum in any order."""


@lru_cache(maxsize=2**18)
def word_hash(word: str) -> int:
    """The hash of a word: the same in every process."""
    return int.from_bytes(blake2b(word.encode(errors="replace"), digest_size=8).digest())


def hashes(words: Sequence[str]) -> Grams:
    """The hash of each word, in their order."""
    return np.fromiter(map(word_hash, words), np.uint64, len(words))


def pairs(words: Grams) -> Grams:
    """The hash of each two words that stand beside each other: one fewer than words."""
    return words[:-1] + words[1:] * _SECOND


def grams(words: Grams, sentence: NDArray[np.int64]) -> Grams:
    """All words, and all runs of two and of three within a sentence; sorted, each once.

    Args:
        words: hashes of a text's words.
        sentence: the number of the sentence that each stands in.
    """
    two = pairs(words)
    three = two[:-1] + words[2:] * _THIRD
    within = sentence[:-2] == sentence[2:]
    # Times a number for each length: two equal words are no run of one.
    return np.unique(
        np.concatenate(
            [words, two[sentence[:-1] == sentence[1:]] * _THIRD, three[within] * _SECOND]
        )
    )


class Rarity:
    """How much it says that two texts share a gram: the more, the fewer texts have it.

    Args:
        texts: the grams of each text, sorted, each once.
    """

    def __init__(self, texts: Sequence[Grams]) -> None:
        together = np.concatenate([np.empty(0, np.uint64), *texts])
        self._grams, counts = np.unique(together, return_counts=True)
        # That two share a gram does not make it common, hence the minus one.
        share = len(texts) / np.maximum(counts - 1, 1)
        self._weights = np.rint(np.log(share) * _FINEST).astype(np.int64)

    def weights(self, grams: Grams) -> NDArray[np.int64]:
        """The weight of each gram, in steps of 1 / `_FINEST`: log(texts / others that have it).

        Args:
            grams: of texts that are known, each once.
        """
        weights: NDArray[np.int64] = self._weights[np.searchsorted(self._grams, grams)]
        return weights

    def likeness(self, one: Grams, other: Grams) -> float:
        """The Jaccard similarity of two texts' grams by their weights: from 0 to 1."""
        shared = int(self.weights(np.intersect1d(one, other, assume_unique=True)).sum())
        together = int(self.weights(one).sum() + self.weights(other).sum()) - shared
        return shared / max(together, 1)
