"""Canonical wording: a text as the words, numbers and signs that decide what it says."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

from evomerge.score.wording.spelling.characters import plain
from evomerge.score.wording.spelling.latex import without_latex
from evomerge.score.wording.spelling.markup import without_entities, without_markup
from evomerge.score.wording.spelling.numerals import numerals, shortest
from evomerge.score.wording.spelling.spelt import AN, ONE, spelt_numbers

BREAK = "\n"
"""The token where a sentence or a line ends."""

UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30a0\u30fb\u3100-\u312f\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts without spaces between words: each character counts as a word."""
_CHARACTER = re.compile(f"[{UNSPACED}]")
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff"
"""Written for foreign names and loanwords, one word a run."""


def _marks() -> str:
    """The vowels and other marks that are part of a word, as ranges of a character class."""
    codes = [c for c in range(0x900, 0x1CF8) if unicodedata.category(chr(c))[0] == "M"]
    runs = [list(run) for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0])]
    return "".join(f"{chr(run[0][1])}-{chr(run[-1][1])}" for run in runs)


_LETTER = rf"(?:[^\W\d_{UNSPACED}{_KATAKANA}]|[{_marks()}](?<![{UNSPACED}]))"
_TOKEN = re.compile(
    rf"(?P<number>\d+(?:\.\d+)?)|(?P<unspaced>[{UNSPACED}])|[{_KATAKANA}]+|{_LETTER}+"
    rf"|(?P<end>\n|[!?;。।؟։።]|[.:](?=[\s\"')\]]|$))|(?P<sign>\S)"
)
_PROSE = frozenset(".,;:!?'\"¡¿·、。「」『』،؛؟।॥·…‧・")
"""Punctuation that decides nothing."""

_BETWEEN_WORDS = re.compile(
    r"(?<=[^\W\d_])-+(?=[^\W\d_])"
    r"|(?<=[^\W\d_]{2})\s*-+\s*(?=[^\W\d_])|(?<=[^\W\d_])\s*-+\s*(?=[^\W\d_]{2})"
    r"|(?<=\d)\s?-+\s?(?=[^\W\d_]{2})|(?<=[^\W\d_]{2})-(?=\d)|(?<=[.,;:!?)])\s*-+\s(?=[^\W\d_])"
)
"""Hyphens and dashes that are no minus."""
_WITHIN_WORD = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])")
_ASIDE = re.compile(r"(?<![\w)\]])\(([^()\d]{2,120})\)(?!\w)")
_SIGN_WITHIN = re.compile(r"[^\w\s,.']|_")
_SPELT_SIGNS = (
    ("&", re.compile(r"(?<=[\s\w])&(?=[\s\w])"), " and "),
    ("#", re.compile(r"(?<!\w)#+(?=\s*\w)|#{2,}"), " "),
    (">>>", re.compile(r">{3}(?=\s)"), " "),
    ("__", re.compile(r"_{2,}"), "_"),
    ("<=", re.compile("<="), "≤"),
    (">=", re.compile(">="), "≥"),
    ("!=", re.compile("!="), "≠"),
)


def canonical(text: str) -> str:
    """A text in plain characters and lower case, without markup, its numbers in plain figures."""
    return spelt_numbers(in_words(text))


def in_words(text: str) -> str:
    """The same, with spelt numbers as they are spelt."""
    return numerals(without_latex(without_markup(plain(without_entities(text)))).casefold())


def tokens(wording: str) -> list[str]:
    """The words, numbers and signs of a canonical text, in its order.

    Args:
        wording: by `canonical`.

    Returns:
        Words; numbers in their shortest form; the signs that no prose needs, one by one; and
        `BREAK` where a sentence or a line ends.
    """
    for mark, pattern, meaning in _SPELT_SIGNS:
        if mark in wording:
            wording = pattern.sub(meaning, wording)
    if "-" in wording:
        wording = _BETWEEN_WORDS.sub(" ", wording)
    if "'" in wording:
        wording = _WITHIN_WORD.sub("", wording)
    if "(" in wording:
        wording = _ASIDE.sub(_aside, wording)
    found = []
    for match in _TOKEN.finditer(wording):
        if match.lastgroup == "number":
            found.append(shortest(match[0]))
        elif match.lastgroup == "end":
            found.append(BREAK)
        elif match[0] not in _PROSE:
            found.append(match[0])
    return found


def _aside(found: re.Match[str]) -> str:
    """Words in brackets without these, unless there is a sign among them."""
    inner = found[1]
    return found[0] if _SIGN_WITHIN.search(inner) or len(inner.strip()) < 2 else f" {inner} "


def is_word(token: str) -> bool:
    """Whether a token is a word or a pictograph: no number, no sign, no end of a sentence."""
    return token[0].isalpha() or unicodedata.category(token[0]) in ("Mn", "Mc", "So")


def is_number(token: str) -> bool:
    """Whether a token is a number in figures."""
    return "0" <= token[0] <= "9"


def is_character(token: str) -> bool:
    """Whether a token is a character of a script without spaces."""
    return bool(_CHARACTER.fullmatch(token))


def may_be_one(token: str) -> bool:
    """Whether a token stands for a word that may be the number one, or none."""
    return token in (ONE, AN)
