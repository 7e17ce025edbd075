"""Numbers of a text in figures, without what may stand in them and says nothing."""

from __future__ import annotations

import re

from evomerge.score.wording.spelling.number_words import LANGUAGES
from evomerge.score.wording.spelling.numerals import numerals, shortest
from evomerge.score.wording.spelling.spelt import AN, ONE, spelt_numbers

_WORD = "|".join(sorted({*LANGUAGES[0].values, *LANGUAGES[0].multipliers}, key=len, reverse=True))
_FIGURES = r"\d{1,15}(?:\.\d{1,15})?"
_JOINED = re.compile(rf"(?:{_FIGURES})?(?:{_WORD})(?:(?:(?<=ty)-)?(?:and)?(?:{_WORD}))*")
_PART = re.compile(rf"{_FIGURES}|{_WORD}|and")
_GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:([,'])\d{3})(?:\1\d{3})*(?!\d)")
_NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?!\.?\d)")
_CODE = re.compile(r"(?<![\d.,:])0+\d+")
_ONES = str.maketrans(dict.fromkeys((ONE, AN), "1"))


def in_figures(text: str, *, closed: bool = False) -> str:
    """A text whose numbers stand in figures: `seven`, `07` and `7.0` become `7`.

    Args:
        text: as it is shown.
        closed: whether it has no spaces. Then words for numbers, English ones, are found within
            others too, so that the `one` of `someone` becomes 1.
    """
    if closed:
        text = _GROUPED.sub(lambda found: found[0].replace(found[1], ""), text)
        text = _JOINED.sub(_spelt, text)
    else:
        text = spelt_numbers(numerals(text))
    return _NUMBER.sub(_shortest, text.translate(_ONES))


def codes(text: str) -> tuple[str, ...]:
    """The numbers that begin with a zero: it says nothing, unless they are codes such as `007`.

    Args:
        text: as it is shown.
    """
    return tuple(_CODE.findall(text))


def _spelt(found: re.Match[str]) -> str:
    return "".join(spelt_numbers(" ".join(_PART.findall(found[0]))).split())


def _shortest(found: re.Match[str]) -> str:
    return shortest(found[0].lstrip("0") if "." not in found[0] else _whole(found[0])) or "0"


def _whole(decimal: str) -> str:
    whole, _, fraction = decimal.partition(".")
    return f"{whole.lstrip('0') or '0'}.{fraction}"
