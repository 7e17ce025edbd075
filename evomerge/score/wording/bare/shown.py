"""A text as it is seen: in plain characters and lower case, letters that look alike as one."""

from __future__ import annotations

from evomerge.score.wording.spelling.characters import plain
from evomerge.score.wording.spelling.latex import without_latex
from evomerge.score.wording.spelling.lookalikes import AS_LATIN
from evomerge.score.wording.spelling.markup import without_entities, without_markup

_ALIKE = str.maketrans(
    {
        **AS_LATIN,
        **dict.fromkeys("➕✚", "+"),
        **dict.fromkeys("⨯⨉╳", "*"),
        **dict.fromkeys("⧸⟋╱", "/"),
        "\u02d7": "-",
        "\U0001f7f0": "=",
    }
)
_PAIRS = (("(", ")"), ("[", "]"), ("{", "}"))


def shown(text: str, *, closed: bool = False) -> str:
    """A text as it is seen, without markup and LaTeX.

    A letter of another script is the Latin one that it looks like, in whatever word it stands.
    Texts that have been through here are for being compared, and not for being read.

    Args:
        closed: whether all spaces and new lines are taken out, before anything else is looked at.
    """
    text = plain(without_entities(text)).translate(_ALIKE)
    if closed:
        text = "".join(text.split())
    # Markup knows no emphasis of more than a few lines.
    text = without_latex(without_markup(text)).strip().strip("*")
    return unbracketed(text).casefold()


def unbracketed(text: str) -> str:
    """A text without brackets around all of it; one with more of the same kind stays."""
    for opening, closing in _PAIRS:
        inner = text[1:-1]
        alone = opening not in inner and closing not in inner
        if inner and alone and text[0] == opening and text[-1] == closing:
            return unbracketed(inner.strip())
    return text
