"""Letters of one script that pass for another's.

The pairs are facts from Unicode's list of confusable characters (UTS 39), for single letters that
look like one of A to Z. Each row names a Latin letter and what passes for it; capitals stand apart,
because another script's capital may look like a letter that its small one does not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache

_CYRILLIC = (
    "AА BВ CС EЕ GԌ HНҢ IІӀ JЈ KК MМ NԊ OО PР QԚ SЅ TТ VѴ WԜ XХҲ YУҮ ZӠ "
    "aа bЬьв cс dԁ eеҽ gԍ hһн iі jј kк lӏ mм oо pр qԛ sѕ tт vѵ wѡԝ xх yуү zӡ"
)
_GREEK = "AΑ BΒ EΕ FϜ HΗ IΙ JͿ KΚ MΜϺ NΝ OΟ PΡ TΤ XΧ YΥ ZΖ aα iι jϳ kκ nη oο pρ tτ uυ vν wω xχ yγ"
_ARMENIAN = "OՕ SՏ UՍ fք gց hհ nոռ oօ qգզ uս wա"
_CHEROKEE = (
    "AᎪ BᏴ CᏟ DᎠ EᎬ GᏀᏳ HᎻ JᎫ KᏦ LᏞ MᎷ PᏢ RᎡᏒ SᏕᏚ TᎢ VᏙ WᎳᏔ YᎩᎽ ZᏃ bᏏ cꮯ dᏧ hᏂ iᎥꭵ rꮁ sꮪ vꮩ wꮃ zꮓ"
)
_LISU = "Aꓮ Bꓐ Cꓚ Dꓓ Eꓰ Fꓝ Gꓖ Hꓧ Jꓙ Kꓗ Lꓡ Mꓟ Nꓠ Oꓳ Pꓑ Rꓣ Sꓢ Tꓔ Uꓴ Vꓦ Wꓪ Xꓫ Yꓬ Zꓜ"
_PHONETIC = "aɑ eǝə gɡᶃ iıɩ oᴑ rꭈ uʋ wɯ xꭓ yʏ"
_CAPITALS = re.compile(
    "(?:LATIN LETTER SMALL CAPITAL|LATIN SUBSCRIPT SMALL LETTER"
    "|NEGATIVE (?:SQUARED|CIRCLED) LATIN CAPITAL LETTER) ([A-Z])"
)
_ROUGHLY = frozenset("вкмнтьκητχω")
"""Small letters that are like a Latin one among Latin letters only: `Москва` is not written in
Latin ones."""
_WORD = re.compile(r"[^\W\d_]+")


def _pairs(table: str) -> dict[str, str]:
    return {letter: row[0] for row in table.split() for letter in row[1:]}


def _by_name() -> Iterable[tuple[str, str]]:
    """Small capitals and letters on dark squares, as generators of fancy text use them."""
    for code in (*range(0x250, 0x2B0), *range(0x1D00, 0x1D80), *range(0xA700, 0xA800)):
        if found := _CAPITALS.fullmatch(unicodedata.name(chr(code), "")):
            yield chr(code), found[1].lower()
    for code in range(0x1F150, 0x1F18A):
        if found := _CAPITALS.fullmatch(unicodedata.name(chr(code), "")):
            yield chr(code), found[1]


LATIN = {**_pairs(_PHONETIC), **dict(_by_name())}
"""Latin letters that are written for another Latin letter alone, and that one."""
_LOOKALIKES = {
    "CYRILLIC": _pairs(_CYRILLIC),
    "GREEK": _pairs(_GREEK),
    "ARMENIAN": _pairs(_ARMENIAN),
    "CHEROKEE": _pairs(_CHEROKEE),
    "LISU": _pairs(_LISU),
}
"""For each script its letters that look Latin, and the Latin ones."""
AS_LATIN = {letter: latin for pairs in _LOOKALIKES.values() for letter, latin in pairs.items()}
"""Every such letter, and the Latin one, whatever stands beside it."""
_BORROWED = {
    script: {latin: letter for letter, latin in reversed(pairs.items())}
    for script, pairs in _LOOKALIKES.items()
}


def unmixed(text: str) -> str:
    """A text in which each word is written in one script.

    A word goes over to the script that it has letters of which pass for no other's; one that has
    none, to the script of most of the text's such letters, if all of its letters can. A word that
    is truly of two scripts stays, and so does a text that is of one.
    """
    letters = Counter(text)
    present = {_script(letter) for letter in letters} & {"LATIN", *_LOOKALIKES}
    if len(present) < 2:
        return text
    others = tuple(sorted(present - {"LATIN"}))
    own = Counter(dict.fromkeys(("LATIN", *others), 0))
    for letter, count in letters.items():
        if script := _own(letter, others):
            own[script] += count
    home = max(own, key=own.__getitem__)
    return _WORD.sub(lambda found: _in_one_script(found[0], home, others), text)


def _in_one_script(word: str, home: str, others: tuple[str, ...]) -> str:
    scripts = {_script(letter) for letter in word}
    own = {_own(letter, others) for letter in word} - {""}
    goal = min(own) if own else home
    if len(own) > 1 or scripts == {goal} or _is_foreign(word, scripts):
        return word
    written = [_written(letter, goal) for letter in word]
    return "".join(written) if all(written) else word


def _is_foreign(word: str, scripts: set[str]) -> bool:
    """Whether a word may well be one of its script: so is a Greek letter that names a quantity."""
    if len(scripts) > 1 or "LATIN" in scripts:
        return False
    return (len(word) == 1 and "GREEK" in scripts) or not _ROUGHLY.isdisjoint(word.lower())


def _written(letter: str, goal: str) -> str:
    """The letter of that script that this one passes for; empty if there is none."""
    script = _script(letter)
    if script == goal:
        return letter
    latin = letter if script == "LATIN" else _LOOKALIKES.get(script, {}).get(letter, "")
    return latin if goal == "LATIN" else _BORROWED[goal].get(latin, "")


@cache
def _own(letter: str, others: tuple[str, ...]) -> str:
    """The script that a letter shows; empty where it passes for one of another script at hand."""
    script = _script(letter)
    if script == "LATIN":
        return "" if any(letter in _BORROWED[other] for other in others) else script
    return script if script in others and letter not in _LOOKALIKES[script] else ""


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0] if letter.isalpha() else ""
