"""Numbers in figures, written one way."""

from __future__ import annotations

import re

_GROUPED = re.compile(
    r"(?<![a-z\d_.,'\[])[1-9]\d{0,2}([,.'_])\d{3}(?:\1\d{3})*(?![\d'_]|[.,]\d{3})"
)
"""Groups of three figures with one separator. In a list's bracket, as in `[100,200]`, they are
numbers of their own."""
_SPACED = re.compile(r"(?<![a-z\d_.,'])(?<!\d )[1-9]\d{0,2}(?: \d{3})+(?![\d'_]| \d)")
"""Separated by spaces; one of more numbers in a row is a number of its own."""
_LAKHS = re.compile(r"(?<![a-z\d_.,])[1-9]\d?(?:,\d{2})+,\d{3}(?![\d,])")
_COMMA = re.compile(r"(?<![a-z\d_.,([])(\d+),(\d{1,2})(?![a-z\d_,)\]]|\.\d)")
"""A decimal comma; in brackets a comma is between two numbers."""
_BARE_POINT = re.compile(r"(?<![a-z\d_.)\]])\.(?=\d)")
_ORDINALS = {
    "2nd": "second",
    "3rd": "third",
    **{
        f"{n}th": f"{word}th" for n, word in enumerate("four fif six seven eigh nin ten".split(), 4)
    },
}
_ORDINAL = re.compile(r"(?<![\w.,])\d(?:0th|nd|rd|th)\b")
_CODES = "usd|eur|gbp|jpy|cny|inr|cad|aud|chf"
_CURRENCY = re.compile(
    rf"\b(?:us|c|a|nz|hk|s)-?\s?(?=\$)|\$|\b(?:{_CODES})(?=\s?\d)"
    rf"|(?<=\d)[ ]{{0,2}}-?(?:us[- ])?(?:{_CODES}|dollars?|euros?|dolares|ドル|ユーロ|円)(?![a-z])"
)
_PERCENT = re.compile(
    r"(?<=\d)\s{0,2}-?(?:percent|per cent|prozent|pour ?cent|por ciento|パーセント)(?![a-z])"
    r"|(?<=\d)\s{1,2}%"
)


def numerals(text: str) -> str:
    """A text whose numbers stand without grouping marks, currency and words for percent.

    `1,234`, `1 234`, `1'234` and `$1.234` become `1234`: a point before three figures groups them,
    unless a zero stands in front. `1,5` becomes `1.5`, `5 percent` becomes `5%`.

    Args:
        text: plain characters in lower case.
    """
    text = _ORDINAL.sub(lambda found: _ORDINALS.get(found[0], found[0]), _CURRENCY.sub("", text))
    if "," in text:
        text = _LAKHS.sub(lambda found: found[0].replace(",", ""), text)
    text = _GROUPED.sub(lambda found: found[0].replace(found[1], ""), text)
    text = _SPACED.sub(lambda found: found[0].replace(" ", ""), text)
    text = _BARE_POINT.sub("0.", _COMMA.sub(r"\1.\2", text))
    return _PERCENT.sub("%", text)


def shortest(figures: str) -> str:
    """One number without zeros at its end that change nothing: `7.50` is `7.5`, and `7.0` is `7`.

    Zeros in front stay: `007` may be a code.

    Args:
        figures: with a point at most.
    """
    return figures.rstrip("0").rstrip(".") if "." in figures else figures
