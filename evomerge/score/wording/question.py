"""A question as it is compared with others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from evomerge.score.wording.answers import answer_tokens
from evomerge.score.wording.grams import Grams, grams, hashes, pairs
from evomerge.score.wording.sentences import Sentence, sentences
from evomerge.score.wording.spelling.tokens import is_character

WORD = 2
"""What a word counts in a row; a character of a script without spaces counts half as much."""
SUM_WORDS, SUM_NUMBERS = 16, 3
"""Words and different numbers: sums that have fewer share them by chance."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Question:
    """What is compared of a question."""

    text: str
    sentences: tuple[Sentence, ...]
    answer: tuple[str, ...]
    """Its tokens; none if it is not known."""

    @classmethod
    def of(cls, text: str, gold: str) -> Question | None:
        """None where a text has neither words nor signs."""
        found = sentences(text)
        return cls(text, found, answer_tokens(gold, text) if gold else ()) if found else None

    @cached_property
    def units(self) -> Grams:
        """The hashes of its words; a sentence without any counts as one, its numbers and signs."""
        return hashes([unit for sentence in self.sentences for unit in _units(sentence)])

    @cached_property
    def sentence(self) -> NDArray[np.int64]:
        """The number of the sentence that each unit stands in."""
        lengths = [len(_units(sentence)) for sentence in self.sentences]
        return np.repeat(np.arange(len(lengths)), lengths)

    @cached_property
    def costs(self) -> NDArray[np.int64]:
        """What each unit counts in a row of different ones."""
        units = [unit for sentence in self.sentences for unit in _units(sentence)]
        return np.array([1 if is_character(unit) else WORD for unit in units])

    @cached_property
    def grams(self) -> Grams:
        """Its words, and runs of two and three of them."""
        return grams(self.units, self.sentence)

    @cached_property
    def is_computed(self) -> bool:
        """Whether its answer is a number, and it has one itself."""
        result = any(token[-1].isdigit() for token in self.answer)
        return result and any(sentence.numbers for sentence in self.sentences)

    @cached_property
    def has_many_numbers(self) -> bool:
        """Whether it is a text with so many that another would not have the same by chance."""
        numbers = {number for sentence in self.sentences for number in sentence.numbers}
        return len(numbers) >= SUM_NUMBERS and len(self.units) >= SUM_WORDS

    def grams_of(self, kept: Mask) -> Grams:
        """The grams of some of its sentences."""
        if kept.all():
            return self.grams
        chosen = kept[self.sentence]
        return grams(self.units[chosen], self.sentence[chosen])

    def covered(self, by: Question, kept: Mask) -> Mask:
        """Which units stand beside one that they stand beside in the other text too.

        Args:
            kept: the sentences of the other text that are read.
        """
        read = kept[by.sentence]
        two = read[1:] & (by.sentence[:-1] == by.sentence[1:])
        shared = np.isin(pairs(self.units), pairs(by.units)[two])
        shared &= self.sentence[:-1] == self.sentence[1:]
        alone = np.bincount(self.sentence)[self.sentence] == 1
        covered: Mask = alone & np.isin(self.units, by.units[read])
        covered[:-1] |= shared
        covered[1:] |= shared
        return covered


def _units(sentence: Sentence) -> tuple[str, ...]:
    return sentence.words or (" ".join(sentence.exact),)
