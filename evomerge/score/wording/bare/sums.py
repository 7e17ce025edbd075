"""Sums in a text that is otherwise left as it is."""

from __future__ import annotations

import re

from evomerge.score.wording.spelling.characters import plain
from evomerge.score.wording.spelling.markup import without_entities

_SIGNS = {
    "plus": "+",
    "minus": "-",
    "times": "*",
    "multiplied by": "*",
    "divided by": "/",
    "x": "*",
    "·": "*",
}
_BETWEEN = re.compile(rf"(\d)\s+({'|'.join(_SIGNS)})\s+(?=[\d(-])".replace(" ", r"\s"), re.I)
_ZEROS = re.compile(r"(?<![\w.,:'])(?<!\d\s)0+(?=\d)")


def with_plain_sums(text: str) -> str:
    """A text with signs between its numbers, not words, and without zeros before these.

    Where there is neither such a word nor such a zero, the text is the same.
    """
    seen = plain(without_entities(text))
    read = _ZEROS.sub("", _BETWEEN.sub(_sign, seen))
    return text if read == seen else read


def _sign(found: re.Match[str]) -> str:
    return f"{found[1]} {_SIGNS[' '.join(found[2].lower().split())]} "
