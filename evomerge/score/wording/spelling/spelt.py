"""Numbers in words, turned into figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from evomerge.score.wording.spelling.number_words import LANGUAGES, NumberWords

ONE = "①"
"""Stands for a lone `one`: a number or a pronoun. Plain characters have no such sign."""
AN = "⓪"
"""Stands for a lone article that is also the number one, as French `une` is."""

_WORDS = re.compile(r"[a-z]+")


def spelt_numbers(text: str) -> str:
    """A text whose spelt numbers stand in figures, in the language that most of its words are of.

    `twenty-one` becomes 21, `2 million` 2000000; words for figures one after another, `one two
    three`, become one number. English, French, German and Spanish are known, and English is read in
    any text.

    Args:
        text: plain characters in lower case, its numerals without grouping marks.
    """
    words = _WORDS.findall(text)
    if _NUMBERS.isdisjoint(words):
        return text
    told = [_told(language, words) for language in LANGUAGES]
    chosen = told.index(max(told))
    # English ones too: an instruction may be in English where the question is not.
    for language in (chosen, 0) if chosen else (0,):
        text = _RUNS[language].sub(partial(_figures, language=LANGUAGES[language]), text)
    return text


def _told(language: NumberWords, words: list[str]) -> int:
    """How many of the words tell this language."""
    return sum((word in language.common) + (word in language.values) for word in words)


def _pattern(language: NumberWords) -> re.Pattern[str]:
    numbers = "|".join(sorted({*language.values, *language.multipliers}, key=len, reverse=True))
    multipliers = "|".join(sorted(language.multipliers, key=len, reverse=True))
    connectors = "|".join(language.connectors)
    gap = r"(?:[ \t]+|-)"
    return re.compile(
        rf"(?<![\w.])\d{{1,15}}(?:\.\d{{1,15}})?(?:\s+|-)(?:{multipliers})(?![\w])"
        rf"|(?<![\w])(?:{numbers})(?:{gap}(?:(?:{connectors}){gap})?(?:{numbers}))*(?![\w])"
    )


def _figures(found: re.Match[str], language: NumberWords) -> str:
    words = re.split(r"[\s-]+", found[0])
    if words[0][0].isdigit():
        return _product(words[0], language.multipliers[words[1]])
    if len(words) == 1 and words[0] in language.articles:
        return ONE if words[0] == "one" else AN
    parts = list(_parts(words, language))
    if all(isinstance(part, int) and part < 100 for part in parts):
        return "".join(map(str, parts))
    return " ".join(map(str, parts))


def _product(figures: str, factor: int) -> str:
    product = Fraction(figures) * factor
    return str(product) if product.denominator == 1 else f"{figures} {factor}"


def _parts(words: list[str], language: NumberWords) -> Iterator[int | str]:
    """The numbers that the words spell one after another, and connectors that join none."""
    number = _Number(language)
    joined = ""
    for word in words:
        if word in language.connectors:
            joined = word
            continue
        if (joined and not number.may_join(word)) or not number.goes_on(word):
            yield number.value
            if joined:
                yield joined
            number = _Number(language)
            number.goes_on(word)
        joined = ""
    yield number.value


class _Number:
    """A number that is being read word by word."""

    def __init__(self, language: NumberWords) -> None:
        self._language = language
        self._total = 0
        """Of thousands and more."""
        self._below: int | None = None
        """What has been read behind them."""

    @property
    def value(self) -> int:
        return self._total + (self._below or 0)

    def goes_on(self, word: str) -> bool:
        """Take the word in, if it belongs to the number."""
        factor = self._language.multipliers.get(word)
        if factor is None:
            return self._add(self._language.values[word])
        if factor >= 1000 and self._total % factor == 0 and (self._below or not self._total):
            self._total += (self._below or 1) * factor
            self._below = None
            return True
        if factor < 1000 and (self._below is None or 0 < self._below < 100):
            self._below = (self._below or 1) * factor
            return True
        return False

    def may_join(self, word: str) -> bool:
        """Whether `and` and this word go on with the number: `hundred and five`, `vingt et un`."""
        value = self._language.values.get(word, 100)
        if self.value % 100 == 0:
            return 0 < value < 100
        tens = self.value % 10 == 0 and self.value % 100 >= 20
        return self._language.tens_and and tens and value <= 11

    def _add(self, value: int) -> bool:
        below = self._below
        if below is None:
            self._below = value
            return value > 0 or not self._total
        rest = below % 100
        if self._language.by_twenties and rest == 4 and value == 20:
            self._below = below + 76
            return True
        counts_on = self._language.by_twenties and rest in (60, 80) and 10 <= value < 20
        tens = rest >= 20 and rest % 10 == 0 and 0 < value < 10
        if counts_on or tens or (below > 0 and rest == 0 and 0 < value < 100):
            self._below = below + value
            return True
        return False


_NUMBERS = frozenset(
    word for language in LANGUAGES for word in (*language.values, *language.multipliers)
)
_RUNS = [_pattern(language) for language in LANGUAGES]
