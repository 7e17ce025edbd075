"""What stands before a question or a choice to count it: `Question 3:`, `(b)`, `1.`, a bullet."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAMES = (
    "q|question|questions|problem|exercise|task|item|example|puzzle|riddle|prompt|input|query"
    "|frage|aufgabe|pregunta|problema|ejercicio|domanda|esercizio|exercice|probleme|vraag|pergunta"
    "|вопрос|задача|задание|問題|問|质问|問い|问题|题目|질문|문제"
)
_COUNTED = r"(?:[a-z]|\d{1,3}|[ivx]{1,4})"
_NUMBER = r"\d{1,4}(?:\s?(?:[./]|of)\s?\d{1,4})?"
_LABEL = re.compile(
    rf"\s*(?:"
    rf"(?:{_NAMES})\s?(?:no\.?|nr\.?|number|#)?\s?{_NUMBER}\s*(?=\n|$)"
    rf"|(?:{_NAMES})\s?(?:no\.?|nr\.?|number|#)?\s?(?:{_NUMBER})?\s?[.:)\]-]+(?=\s|\w|$)"
    rf"|[(\[]\s?(?:(?:{_NAMES})\s?)?(?:{_NUMBER})\s?[)\]][.:]?(?=\s*[\w\"'])"
    rf"|#\s?{_NUMBER}\s?[.:)](?=\s)"
    rf"|第\s?\d{{1,4}}\s?[問题題]\s?[.:、]?"
    rf"|[(\[]\s?{_COUNTED}\s?[)\]](?=\s*[\w\"'])"
    rf"|{_COUNTED}(?:\.?\s?\)|[.:])(?=\s+[\w\"'(-])"
    rf")\s*"
)
_BULLET = re.compile(r"^[^\S\n]*([-*+•◦▪▫‣⁃●○■□–])[^\S\n]+(?=\S)", re.MULTILINE)
_INLINE = re.compile(
    r"(?:(?<=[\s,;.?:])|^)(?:[(\[]\s?)?\b([a-z])\s?[)\]]\s*(?=[^\s)\],])", re.MULTILINE
)
_CHOICE = re.compile(r"^[^\S\n]*(?:[(\[]\s?)?([a-z])(?:\s?[)\]]\s*|[.:]\s+)(\S.*)$", re.MULTILINE)


def without_labels(wording: str) -> str:
    """A canonical text without what counts its lines, and each labelled choice in its own line."""
    lines = _in_lines(wording)
    bullets = _BULLET.findall(lines)
    # In front of figures one such mark may be a minus; more of them are a list.
    always = [mark for mark in set(bullets) if bullets.count(mark) > 1]
    # A label may stand in a line of its own above the question.
    return "\n".join(_unlabelled(line, always) for line in _unlabelled(lines, always).split("\n"))


def choices(wording: str) -> dict[str, str]:
    """The labelled choices of a canonical text: the letter of each, and its words."""
    return {found[1]: found[2] for found in _CHOICE.finditer(_in_lines(wording))}


def _unlabelled(line: str, always: list[str]) -> str:
    """A line, or a text, without what stands in front of it."""
    found = _BULLET.match(line)
    if found and (found[1] in always or line[found.end()].isalpha()):
        line = line[found.end() :]
    # Twice: "Question 3: (a)".
    for _ in range(2):
        label = _LABEL.match(line)
        line = line[label.end() :] if label else line
    return line


def _in_lines(wording: str) -> str:
    """A text in which choices that are labelled a), b) and so on stand in lines of their own."""
    if ")" not in wording and "]" not in wording:
        return wording
    labels = list(_sequence(wording))
    if len(labels) < 2:
        return wording
    for start in reversed(labels):
        wording = f"{wording[:start]}\n{wording[start:]}"
    return wording


def _sequence(wording: str) -> Iterator[int]:
    """Where a), b), c) and so on begin, counted without a gap."""
    expected = "a"
    for found in _INLINE.finditer(wording):
        if found[1] == expected:
            yield found.start()
            expected = chr(ord(expected) + 1)
