"""The words for numbers in a few languages: as they are without accents, in lower case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class NumberWords:
    """How one language spells whole numbers."""

    values: Mapping[str, int]
    multipliers: Mapping[str, int]
    """Words that what stands before them is multiplied by."""
    connectors: frozenset[str]
    """Words for `and`."""
    articles: frozenset[str]
    """Words for one that may also be an article or a pronoun."""
    common: frozenset[str]
    """Words that tell the language."""
    tens_and: bool = False
    """Whether `and` may stand between tens and units."""
    by_twenties: bool = False
    """Whether `four twenty` is eighty, and counting goes on to nineteen behind sixty and eighty."""


def _counted(first: int, words: str, step: int = 1) -> dict[str, int]:
    return {word: first + step * place for place, word in enumerate(words.split())}


_ENGLISH = NumberWords(
    {
        **_counted(
            0, "zero one two three four five six seven eight nine ten eleven twelve thirteen"
        ),
        **_counted(14, "fourteen fifteen sixteen seventeen eighteen nineteen"),
        **_counted(20, "twenty thirty forty fifty sixty seventy eighty ninety", 10),
        "twice": 2,
    },
    {"dozen": 12, "hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9},
    frozenset({"and"}),
    frozenset({"one"}),
    frozenset(
        "the of and is are to how many much in what which does he she they has with it at for on "
        "from was his her their each per after".split()
    ),
)
_FRENCH = NumberWords(
    {
        **_counted(0, "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize"),
        **_counted(14, "quatorze quinze seize"),
        **_counted(20, "vingt trente quarante cinquante soixante", 10),
        "une": 1,
        "vingts": 20,
        "septante": 70,
        "huitante": 80,
        "octante": 80,
        "nonante": 90,
    },
    {"cent": 100, "cents": 100, "mille": 1000, "million": 10**6, "millions": 10**6},
    frozenset({"et"}),
    frozenset({"un", "une"}),
    frozenset("le la les des du est et combien de dans il elle pour que qui au avec par".split()),
    tens_and=True,
    by_twenties=True,
)
_GERMAN_UNITS = _counted(1, "ein zwei drei vier funf sechs sieben acht neun")
_GERMAN_TENS = _counted(20, "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig", 10)
_GERMAN = NumberWords(
    {
        **_counted(
            10, "zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn"
        ),
        "null": 0,
        "eins": 1,
        "eine": 1,
        "einen": 1,
        "einem": 1,
        "einer": 1,
        "zwo": 2,
        **_GERMAN_UNITS,
        **_GERMAN_TENS,
        **{
            f"{unit}und{ten}": value + tens
            for unit, value in _GERMAN_UNITS.items()
            for ten, tens in _GERMAN_TENS.items()
        },
        **{
            f"{unit}{word}": value * power
            for unit, value in _GERMAN_UNITS.items()
            for word, power in (("hundert", 100), ("tausend", 1000))
        },
    },
    {"hundert": 100, "tausend": 1000, "million": 10**6, "millionen": 10**6},
    frozenset({"und"}),
    frozenset({"ein", "eine", "einen", "einem", "einer"}),
    frozenset("der die das und ist wie viele sie er mit den von im zu fur jeden wenn hat".split()),
)
_SPANISH = NumberWords(
    {
        **_counted(0, "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece"),
        **_counted(14, "catorce quince dieciseis diecisiete dieciocho diecinueve veinte veintiuno"),
        **_counted(22, "veintidos veintitres veinticuatro veinticinco veintiseis veintisiete"),
        **_counted(28, "veintiocho veintinueve"),
        **_counted(30, "treinta cuarenta cincuenta sesenta setenta ochenta noventa", 10),
        **_counted(200, "doscientos trescientos cuatrocientos quinientos seiscientos", 100),
        "un": 1,
        "una": 1,
        "setecientos": 700,
        "ochocientos": 800,
        "novecientos": 900,
    },
    {"cien": 100, "ciento": 100, "mil": 1000, "millon": 10**6, "millones": 10**6},
    frozenset({"y"}),
    frozenset({"un", "una", "uno"}),
    frozenset("el los las de que y cuantos cuantas en es por para del con se tiene al".split()),
    tens_and=True,
)

LANGUAGES = (_ENGLISH, _FRENCH, _GERMAN, _SPANISH)
"""In the order in which they are preferred where a text does not tell."""

COUNTING = frozenset(
    # English, French, German, Spanish. A first is left out: in prose it mostly means "to begin".
    "half halves quarter quarters second third thirds fourth fourths fifth fifths sixth sixths "
    "seventh eighth ninth tenth double doubled doubles triple tripled triples thrice quadruple "
    "moitie tiers quart quarts demi deuxieme troisieme quatrieme cinquieme "
    "halb halbe halben halfte drittel viertel doppelt doppelte zweite zweiten dritte dritten "
    "vierte vierten einmal zweimal dreimal viermal dreifache "
    "mitad medio media tercio tercios cuarto cuartos doble segundo segunda tercero tercera".split()
)
"""Words that are as exact as a number: questions that differ in one are two."""
