"""Marks that lay a text out and say nothing: HTML and Markdown."""

from __future__ import annotations

import html
import re

_INLINE = "a abbr b big center cite code del dfn em font i img ins kbd label mark q s samp small"
_BLOCK = (
    "blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tbody td th tr ul"
)
_COMMENT = re.compile(r"<!--.{0,2000}?-->", re.DOTALL)
_POWER = re.compile(r"<sup(?:\s[^<>]{0,500})?>\s*(-?\w+)\s*</sup>", re.IGNORECASE)
_BLOCKS = re.compile(rf"</?(?:{'|'.join(_BLOCK.split())})(?:\s[^<>]{{0,500}})?/?>", re.IGNORECASE)
_TAGS = re.compile(
    rf"</?(?:{'|'.join(_INLINE.split())}|span|strike|strong|sub|sup|tt|u|var)(?:\s[^<>]{{0,500}})?/?>",
    re.IGNORECASE,
)
"""Tags by name: `a < b and c > d` has none."""

_LINK = re.compile(r"!?\[([^\[\]\n]{0,200})\]\((?:https?://|www\.|/|#|mailto:)[^()\s]{0,500}\)")
_FENCE = re.compile(r"^[ \t]*(?:```+|~~~+)[ \t]*\w*[ \t]*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:-{3,}|\*{3,}|_{3,}|={3,})[ \t]*$", re.MULTILINE)
_HEADER = re.compile(r"^[ \t]*(?:#+|>+)(?=\s)[ \t]*|[ \t]#+[ \t]*$", re.MULTILINE)
# Longer ones are not looked for: the time would grow with the square of a text's length.
_EMPHASIS = re.compile(
    r"(?<![\w*])(\*{1,3})(?=[^\s*])([^\n]{0,200}?[^\s*])\1(?![\w*])"
    r"|(?<![\w_])(_{1,3})(?=[^\s_])([^\n]{0,200}?[^\s_])\3(?![\w_])"
    r"|(~~)(?=\S)([^\n]{0,200}?\S)~~",
    re.ASCII,
)
_INSIDE = re.compile(
    r"\*\*(?=\S)([^*\n]{0,200}[^\s*])\*\*(?=\w)|(?<=\w)\*\*(?=\S)([^*\n]{0,200}[^\s*])\*\*"
)
"""Bold within a word; a single star there is a times, and so is a double one between numbers."""


def without_markup(text: str) -> str:
    """A text without the tags of HTML, and without Markdown's emphasis, code, headers and links.

    What stood in a block of its own stands in a line of its own; `<sup>2</sup>` becomes `^2`.
    Lists keep their bullets.
    """
    if "<" in text:
        text = _POWER.sub(r"^\1", _COMMENT.sub(" ", text))
        text = _TAGS.sub("", _BLOCKS.sub("\n", text))
    if "[" in text:
        text = _LINK.sub(r"\1", text)
    text = _RULE.sub("", _FENCE.sub("", text))
    text = _HEADER.sub("", text)
    if "*" in text or "_" in text or "~" in text:
        # Once for each level: bold may stand within italics.
        for _ in range(2):
            text = _EMPHASIS.sub(_inner, text)
        text = _INSIDE.sub(_within_a_word, text)
    return text.replace("`", "")


def without_entities(text: str) -> str:
    """A text with `&nbsp;`, `&lt;` and the like as the characters that they name."""
    return html.unescape(text) if "&" in text else text


def _inner(found: re.Match[str]) -> str:
    return found[2] or found[4] or found[6]


def _within_a_word(found: re.Match[str]) -> str:
    inner = found[1] or found[2]
    return found[0] if inner.isdigit() else inner
