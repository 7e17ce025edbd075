"""Characters as a reader sees them: none that is invisible, one of those that look alike."""

from __future__ import annotations

import re
import unicodedata

from evomerge.score.wording.spelling.lookalikes import LATIN, unmixed

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_POWER = re.compile(f"[{_SUPERSCRIPTS}]+")
_FRACTION = re.compile("[¼-¾⅐-⅞]")
"""A fraction in one character; it stands right behind the whole number that it adds to."""
_BLANK = frozenset("\u115f\u1160\u3164\uffa0")
"""Hangul fillers: Unicode counts them as letters, and nothing is seen of them."""
_ONE_FORM = {
    **dict.fromkeys("×∗⋅∙✕✖", "*"),
    **dict.fromkeys("÷⁄∕➗", "/"),
    **dict.fromkeys("−➖", "-"),
    **dict.fromkeys("≦⩽", "≤"),
    **dict.fromkeys("≧⩾", "≥"),
    **dict.fromkeys("‘’‚‛′ʹʼ´＇", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‹›", "'"),
    "\u2800": " ",
    "\t": " ",
    "\r": "\n",
    "\u0640": "",
    "ё": "е",
    "Ё": "Е",
}
_MARKS = (
    *((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)),
    *((0xFE00, 0xFE0F), (0xE0100, 0xE01EF)),
    *((0x0591, 0x05C7), (0x064B, 0x065F), (0x0670, 0x0670)),
)
"""Accents, variation selectors, points of Hebrew and Arabic; not the vowels of Indic scripts."""


def plain(text: str) -> str:
    """A text in the plainest characters that say the same.

    Compatibility forms (NFKC), accents of Latin and Greek letters, invisible characters (Unicode's
    Cf), and all kinds of spaces, dashes, quotes and digits become one each. A currency sign becomes
    `$`, a superscript `^` and its digits, `½` becomes `1/2`. Letters borrowed from another script
    become those of their word.
    """
    if text.isascii():
        return text.translate(_PLAIN)
    text = _POWER.sub(lambda found: "^" + unicodedata.normalize("NFKC", found[0]), text)
    text = _FRACTION.sub(lambda found: " " + found[0], text)
    # Signs that NFKC would take apart come first.
    text = unicodedata.normalize("NFKC", text.translate(_SINGLE)).translate(_PLAIN)
    return text if text.isascii() else unmixed(text)


class _Plain(dict[int, str]):
    """What becomes of each character; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _plain(chr(code))
        return self[code]


def _plain(character: str) -> str:
    kind = unicodedata.category(character)
    if character in _ONE_FORM:
        return _ONE_FORM[character]
    if character in LATIN:
        return LATIN[character]
    if character == "\n":
        return character
    if not is_seen(character) or _is_mark(character):
        return ""
    if kind in ("Zs", "Zl", "Zp"):
        return " " if kind == "Zs" else "\n"
    if kind in ("Nd", "Pd", "Sc"):
        return {"Nd": str(unicodedata.digit(character, "")), "Pd": "-", "Sc": "$"}[kind]
    if unicodedata.name(character, "").startswith(("LATIN", "GREEK")):
        return unicodedata.normalize("NFKD", character)[0]
    return character


def is_seen(character: str) -> bool:
    """Whether a reader sees a character, or the space or new line that it makes."""
    invisible = unicodedata.category(character) in ("Cf", "Cc", "Cs") or character in _BLANK
    return character in "\n\r\t" or not invisible


def _is_mark(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _MARKS)


_SINGLE = {ord(sign): _ONE_FORM[sign] for sign in "´″⩽" if sign in _ONE_FORM}
_PLAIN = _Plain()
