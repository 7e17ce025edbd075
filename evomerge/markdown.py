"""Texts that others wrote, put into Markdown so that they stay texts: no HTML, no link, no heading.

A recipe's name, a task's, or an answer may hold what a page would run or fetch.
"""

from __future__ import annotations

import re

_MARKS = re.compile(r"[\\`*\[\]<>|]|(?<!\w)_|_(?!\w)|&(?=[#\w]+;)")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
"""Ends of lines, what a terminal obeys, marks that turn letters round, and what is no character."""


def in_markdown(text: str) -> str:
    """A text on one line, to be shown as it is, in a paragraph, a list, a heading or a table."""
    line = _UNSEEN.sub(" ", text)
    return _MARKS.sub(lambda found: _ENTITIES.get(found[0], f"\\{found[0]}"), line)


def fenced(text: str, language: str) -> str:
    """A block of code, which ends where the text does and nowhere before."""
    longest = max((len(marks) for marks in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"
