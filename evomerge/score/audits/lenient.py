"""Whether a right answer stands anywhere in a generated text, however it is put.

What an answer is found by is lenient in form and strict in substance: `$1,234.00`, `**1234**` and
`twelve hundred thirty-four` are 1234, and 12 does not stand in 112, 1.12, -12 or 12/5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache

from evomerge.score.audits.letter import chooses, option_letter
from evomerge.score.wording.answers import result, signed
from evomerge.score.wording.spelling.characters import plain
from evomerge.score.wording.spelling.markup import without_entities
from evomerge.score.wording.spelling.spelt import ONE
from evomerge.score.wording.spelling.tokens import canonical, in_words, is_number, tokens

_STEP = re.compile(r"\bstep \d+\b")
_LISTED = re.compile(r"^[ ]*(\d{1,3})[.)][ ]+(?=\S)", re.MULTILINE)
_BULLET = re.compile(r"^[ ]*[-+*•][ ]+", re.MULTILINE)
_INSIDE = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d):(?=\d)|(?<=[a-z)\]])(?=-\d)|(?<=\d)(?=e[+-]?\d)")
_JOINT = "∶"
"""Marks where a number is part of something longer: `x12`, `x-12`, `12:30`, `12e3`."""
_PARTS = frozenset({"/", "^", "_", _JOINT})
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_ARTICLES = frozenset({"the", "a", "an"})
_QUOTED = re.compile(r"[\"'`]([^\"'`\n]+)[\"'`]|\*\*([^*\n]+)\*\*")
_SIGNS = re.compile(r"(?<![^\w\n])[^\w\n]+$", re.MULTILINE)
"""What a line ends in that is no word, from its first sign on: else its time would be a square."""
_SAYS = re.compile(r"^$|\n$|\bis$|は$|是$")
"""What is before that, where it is said as the answer."""
_EQUALS = re.compile("[:=]")
_END = "\x1f"


def holds(text: str, golds: Sequence[str]) -> bool:
    """Whether one of the right answers stands anywhere in a text.

    Numbers are compared by value, and must stand alone; words without case, markup and
    punctuation, whole and one after another; a single letter as an option is named. Of a worked
    solution (`#### 18`) the result counts.

    Args:
        text: as it was generated.
        golds: the right answers; one that is empty stands nowhere.
    """
    reading = _reading(text)
    answers = [result(gold) for gold in golds]
    return any(reading.has(gold) for gold in answers if gold.strip())


class _TextRead:
    """A text, read once for all answers that are looked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    def has(self, gold: str) -> bool:
        """Whether the answer stands in the text."""
        if letter := option_letter(gold):
            return chooses(self._text, letter)
        figures, words = _sought(gold)
        if not any(map(_says, figures)):
            return _is_said(self._text, gold)
        if _found(self._figures, figures):
            return True
        # The words for numbers in a language that the text around them is not in.
        return figures != words and self._figures == self._words and _found(self._words, words)

    @cached_property
    def _figures(self) -> list[str]:
        return _read(canonical(self._text))

    @cached_property
    def _words(self) -> list[str]:
        return _read(in_words(self._text))


@lru_cache(maxsize=8)
def _reading(text: str) -> _TextRead:
    """A text is asked for one answer after the other."""
    return _TextRead(text)


@lru_cache(maxsize=4096)
def _sought(gold: str) -> tuple[list[str], list[str]]:
    """What is looked for of an answer, its numbers in figures and as they are spelt; the same
    answers are looked for in every text.
    """
    return _bare_of_articles(canonical(gold)), _bare_of_articles(in_words(gold))


def _bare_of_articles(wording: str) -> list[str]:
    """The parts of a canonical answer: an article in front need not be there."""
    sought = _read(wording)
    while len(sought) > 1 and sought[0] in _ARTICLES:
        sought = sought[1:]
    return sought


def _says(part: str) -> bool:
    return any(character.isalnum() for character in part)


def _found(read: Sequence[str], sought: Sequence[str]) -> bool:
    # Strings find strings in a time that grows with their length alone.
    joined, wanted = _joined(read), _joined(sought)
    place, first, counted = joined.find(wanted), 0, 0
    while place >= 0:
        first, counted = first + joined.count(_END, counted, place), place
        if _is_whole(read, first, first + len(sought)):
            return True
        place = joined.find(wanted, place + 1)
    return False


def _joined(parts: Iterable[str]) -> str:
    return _END + _END.join(parts) + _END


def _read(wording: str) -> list[str]:
    """The words, numbers and signs of a canonical text, each number by its value."""
    lines = _BULLET.sub("", _STEP.sub(" ", wording))
    labels = [int(number) for number in _LISTED.findall(lines)]
    if len(labels) > 1 and labels == list(range(1, len(labels) + 1)):
        lines = _LISTED.sub("", lines)
    found = signed(tokens(_INSIDE.sub(_JOINT, lines)))
    return [_value(part) for part in found if part != "%"]


def _value(token: str) -> str:
    if token == ONE:
        return "1"
    sign, figures = ("-", token[1:]) if token[0] == "-" else ("", token)
    if not figures or not is_number(figures):
        return token
    whole, point, part = figures.partition(".")
    return f"{sign}{whole.lstrip('0') or '0'}{point}{part}"


def _is_whole(read: Sequence[str], first: int, end: int) -> bool:
    """Whether a number at an edge of what is found is not part of a longer one, or of a name."""
    before, after = read[max(first - 2, 0) : first], read[end : end + 2]
    if is_number(read[first].lstrip("-") or " ") and before and before[-1] in _PARTS:
        if before[-1] == _JOINT or len(before) > 1:
            return False
    if is_number(read[end - 1].lstrip("-") or " ") and after:
        if after[0] in _ORDINALS or after[0] == _JOINT:
            return False
        return not (after[0] in _PARTS and len(after) > 1 and is_number(after[1]))
    return True


def _is_said(text: str, gold: str) -> bool:
    """Whether an answer of signs or tags is all of a line, of a quotation, or said at its end."""
    sought = _bare(gold)
    shown = plain(without_entities(text))
    said = [*shown.split("\n"), *(a or b for a, b in _QUOTED.findall(shown)), *_signs_said(shown)]
    return any(sought in (_bare(part), _bare(part).removesuffix(".")) for part in said)


def _signs_said(text: str) -> Iterator[str]:
    """Signs at the end of a line that are all of it, or stand behind a word or a sign for "is"."""
    for found in _SIGNS.finditer(text):
        before = text[max(0, found.start() - 3) : found.start()]
        if _SAYS.search(before):
            yield found[0]
        elif sign := _EQUALS.search(found[0]):
            yield found[0][sign.end() :]


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", plain(text)).strip("`*") or re.sub(r"\s+", "", plain(text))
