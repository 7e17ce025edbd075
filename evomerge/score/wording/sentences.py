"""A question as its sentences and lines, each with its words and its numbers apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from operator import not_

from evomerge.score.wording.labels import without_labels
from evomerge.score.wording.spelling.number_words import COUNTING
from evomerge.score.wording.spelling.tokens import (
    BREAK,
    canonical,
    is_number,
    is_word,
    may_be_one,
    tokens,
)


@dataclass(frozen=True)
class Sentence:
    """A sentence, or a line, such as a choice."""

    words: tuple[str, ...]
    exact: tuple[str, ...]
    """Its numbers and signs, and words such as `half`, in its order."""

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Those of its numbers that are in figures, but 1, which is often spelt as an article."""
        return tuple(part for part in self.exact if is_number(part) and part != "1")

    @property
    def counted(self) -> bool:
        """Whether a number in figures, or a word as exact, stands in it."""
        return any(token[0].isalnum() and not may_be_one(token) for token in self.exact)


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in canonical wording, without labels before questions and choices."""
    found, begun = [], list[str]()
    for token in (*tokens(without_labels(canonical(text))), BREAK):
        if token != BREAK:
            begun.append(token)
        elif begun:
            said = [is_word(part) and part not in COUNTING for part in begun]
            words = tuple(compress(begun, said))
            found.append(Sentence(words, tuple(compress(begun, map(not_, said)))))
            begun = []
    return tuple(found)


def same_exactly(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether numbers and signs are the same in the same order.

    A word that may be the number one may stand for a 1 in its place, and may be missing.
    """
    if one == other:
        return True
    ours, theirs = _gaps(one), _gaps(other)
    return len(ours) == len(theirs) and all(
        (token, sure) == (its_token, its_sure) or (token == its_token and all_ones == its_all_ones)
        for (token, sure, all_ones), (its_token, its_sure, its_all_ones) in zip(
            ours, theirs, strict=True
        )
    )


def _gaps(exact: Sequence[str]) -> list[tuple[str, int, int]]:
    """Each token but ones, and how many stand before it: those in figures, and with words all."""
    gaps, sure, possible = [], 0, 0
    for part in (*exact, ""):
        if part == "1":
            sure += 1
        elif may_be_one(part):
            possible += 1
        else:
            gaps.append((part, sure, sure + possible))
            sure = possible = 0
    return gaps
