"""Signs of arithmetic for the words and the characters that say the same."""

from __future__ import annotations

import re

_WORDS = {
    "*": "multiplied by|multiplied with|multiplie par|multipliziert mit|multiplicado por|times",
    "/": "divided by|divise par|geteilt durch|dividiert durch|dividido por|dividido entre",
    "+": "plus",
    "-": "minus",
    "=": "is equal to|equal to|equals|ist gleich|es igual a",
    "^": "raised to the power of|to the power of|raised to",
    "^2": "squared",
    "^3": "cubed",
    "√": "the square root of|square root of",
    "%": "percent|per cent",
}
_BETWEEN_NUMBERS = {"*": "x|·|mal|fois|por", "/": "durch|entre", "+": "mas", "-": "moins|menos"}
"""What may be a letter or another word elsewhere."""
_CHARACTERS = {"&": "and", "<=": "≤", ">=": "≥", "!=": "≠", "**": "^"}
_EMPHASIS = re.compile(r"(?<![\d)\]])(\*{1,3})([\d.,]+)\1(?![\d(\[])")
"""Stars around a number that are no sign: `x**2**` is not written."""
_ALONE = re.compile(r"([-+*/^=]\s?)\((\d+(?:\.\d+)?)\)(?!\s?[\w(])")
"""A number in brackets behind a sign. Behind a number they are a times."""
_HYPHEN = re.compile(r"(?<=[^\W\d_]{2})-+(?=[^\W\d_]{2})|(?<=\d)-+(?=[^\W\d_]{2})")
"""Where there are no spaces any more, it may be a minus."""


def _meanings(table: dict[str, str]) -> dict[str, str]:
    """The sign for each of the words, by these without spaces."""
    return {word: sign for sign, row in table.items() for word in row.replace(" ", "").split("|")}


_WORD_SIGNS, _NUMBER_SIGNS = _meanings(_WORDS), _meanings(_BETWEEN_NUMBERS)
_OPEN = re.compile(rf"\b(?:{'|'.join(_WORDS.values())})\b".replace(" ", r"\s+"))
_CLOSED = re.compile("|".join(_WORD_SIGNS))
_NUMBERS = re.compile(rf"(\d)\s*({'|'.join(_NUMBER_SIGNS)})\s*(?=\d)")


def with_signs(text: str, *, closed: bool = False) -> str:
    """A text with `+` for `plus`, `*` for `times`, `3 x 4` and `3 · 4`, `- 3` for `- (3)`.

    English is read in any text, French, German and Spanish where it cannot be mistaken.

    Args:
        text: as it is shown, its numbers in figures.
        closed: whether it has no spaces. Then the words are found within others too.
    """
    if "*" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if "-" in text and not closed:
        text = _HYPHEN.sub(" ", text)
    for characters, sign in _CHARACTERS.items():
        text = text.replace(characters, sign)
    text = (_CLOSED if closed else _OPEN).sub(_sign, text)
    text = _NUMBERS.sub(lambda found: found[1] + _NUMBER_SIGNS[found[2]], text)
    return _ALONE.sub(r"\1\2", text) if "(" in text else text


def _sign(found: re.Match[str]) -> str:
    return _WORD_SIGNS["".join(found[0].split())]
