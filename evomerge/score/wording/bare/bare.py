"""A question's bare text, in which only what changes the question is left."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evomerge.score.wording.bare.figures import codes, in_figures
from evomerge.score.wording.bare.shown import shown
from evomerge.score.wording.bare.signs import with_signs
from evomerge.score.wording.bare.wrapping import labelled, unwrapped
from evomerge.score.wording.labels import without_labels

_MARKS = ",;:?'\"¡¿·、。「」『』،؛؟।॥…‧・$_`"
_SILENT = str.maketrans(dict.fromkeys(_MARKS, " "))
"""Punctuation that decides nothing between numbers either, but that they are two."""
_POINT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_EXCLAMATION = re.compile(r"(?<![\d)])!|!(?!\s*[-+*/^=)(])")
"""Any but the sign of a factorial."""
_NOWHERE = str.maketrans("", "", f"{_MARKS}.!")
_BETWEEN_FIGURES = re.compile(r"(\d)\s+(?=\d)")
_FEWEST_LINES = 3
"""A question and two choices: two lines may be a premise and what it is to entail."""


@dataclass(frozen=True)
class Bare:
    """A question's bare text."""

    open: str
    """By the spaces that it has: `1 2` are two numbers."""
    closed: str
    """As if it had none: `1 2` is 12."""
    lines: str
    """As `closed`, those behind the first in one order; empty where there are fewer than three."""
    spacing: str
    """What is shown without punctuation, with all of its spaces but those between figures."""
    codes: tuple[str, ...]
    """Its numbers that begin with a zero."""

    @classmethod
    def of(cls, text: str) -> Bare:
        """The bare text of one as it is written."""
        seen = shown(text)
        opened = _bare(with_signs(in_figures(labelled(seen))))
        closed = _closed(shown(text, closed=True))
        spacing = _BETWEEN_FIGURES.sub(r"\1", seen.translate(_NOWHERE))
        return cls(opened, closed, _lines(seen), spacing, codes(seen))

    def same(self, other: Bare, *, answers: bool) -> bool:
        """Whether both ask the same, whatever has been put on or taken off.

        Args:
            answers: whether their answers say the same. If not, zeros before numbers count, and so
                does the order of lines.
        """
        if answers and self.lines and self.lines == other.lines:
            return True
        if not answers and self.codes != other.codes:
            return False
        if self.open and self.open == other.open:
            return True
        # Somebody has moved the spaces: those between figures say nothing.
        moved = self.spacing != other.spacing
        return bool(self.closed) and self.closed == other.closed and moved


def _lines(seen: str) -> str:
    """The lines of a text, each closed; those behind the first in one order."""
    if seen.count("\n") < _FEWEST_LINES - 1:
        return ""
    read = without_labels(seen).split("\n")
    lines = [line for line in (_closed("".join(line.split())) for line in read) if line]
    lines = lines[: _period(lines)]
    return "\n".join([lines[0], *sorted(lines[1:])]) if len(lines) >= _FEWEST_LINES else ""


def _period(lines: list[str]) -> int:
    """After how many lines they begin once more."""
    parts = (n for n in range(1, len(lines)) if len(lines) % n == 0 and lines[n:] == lines[:-n])
    return next(parts, len(lines))


def _closed(text: str) -> str:
    """The bare text of one without spaces, as it is shown."""
    text = in_figures(labelled(text, closed=True), closed=True)
    return _bare(with_signs(text, closed=True))


def _bare(text: str) -> str:
    text = text.translate(_SILENT)
    if "." in text:
        text = _POINT.sub(" ", text)
    if "!" in text:
        text = _EXCLAMATION.sub(" ", text)
    return unwrapped("".join(_BETWEEN_FIGURES.sub("\\1\0", text).split()).replace("\0", " "))
