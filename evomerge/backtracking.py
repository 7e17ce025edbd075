"""How long a regular expression may look for a match: it may try a text in very many ways.

Python's `re`, and what tokenizers match with, try one way after the other. A repetition in a
repetition, as in `(a|aa)+$`, has more ways than any time suffices for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from math import inf
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

LONGEST = 10_000
"""Characters of a pattern. The longest of a known tokenizer has 700."""

_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_PROPERTY = re.compile(r"\\[pP](?:\{\^?[\w ]+\}|[A-Z])")
"""What Python does not know, and tokenizers do: a class of characters such as letters."""


def most_steps(pattern: str, length: int) -> float:
    """At most so many steps are taken to find all matches in a text of so many characters.

    A bound that is easily known, far above what most texts take; infinite where a repetition has
    a choice or a repetition in it, and where the pattern is none that Python knows.
    """
    places, choices = _shape(pattern)
    # A match is looked for at each place, and each repetition may end at each.
    return choices * float(max(length, 2)) ** (1 + places) if places < 8 else inf


@lru_cache(maxsize=1000)
def _shape(pattern: str) -> tuple[int, float]:
    """How many repetitions stand one behind the other, and how many ways there are besides."""
    if len(pattern) > LONGEST:
        return 0, inf
    try:
        return _of_sequence(parser.parse(_PROPERTY.sub(r"\\w", pattern)))
    except (re.error, RecursionError, OverflowError):
        return 0, inf


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> tuple[int, float]:
    places, choices = 0, 1.0
    for code, value in items:
        more, ways = _of_item(code, value)
        places, choices = places + more, choices * ways
    return places, choices


def _of_item(code: Any, value: Any) -> tuple[int, float]:
    if code in _REPEATS:
        least, most, body = value
        places, choices = _of_sequence(body)
        if most == 1:
            return places, 1 + choices
        if places or choices > 1:
            return 0, inf
        return (0, 1.0) if least == most else (1, 1.0)
    if code is codes.BRANCH:
        shapes = [_of_sequence(branch) for branch in value[1]]
        return max(places for places, _ in shapes), sum(choices for _, choices in shapes)
    if code is codes.GROUPREF_EXISTS:
        shapes = [_of_sequence(branch) for branch in value[1:] if branch]
        return sum(places for places, _ in shapes), sum(choices for _, choices in shapes)
    if code is codes.SUBPATTERN:
        return _of_sequence(value[-1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return _of_sequence(value[1])
    if code is codes.ATOMIC_GROUP:
        return _of_sequence(value)
    return 0, 1.0
