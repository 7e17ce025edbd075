"""Whether a text chooses an option by its letter."""

from __future__ import annotations

import re
from functools import lru_cache

from evomerge.score.wording.spelling.characters import plain
from evomerge.score.wording.spelling.markup import without_entities
from evomerge.score.wording.spelling.tokens import UNSPACED

_ONE_LETTER = re.compile(rf"[\s(\[{{\"'*`$\\]*([^\W\d_{UNSPACED}])[\s)\]}}.:\"'*`$]*")
_CUES = (
    "answer|option|choice|choose|pick|select|letter|antwort|losung|reponse|respuesta|opcion|risposta"
    "|resposta|antwoord|ответ|答案|答え|正解|选项|選択肢"
)
_LINKS = "is|are|was|would be|should be|must be|ist|est|es|e|lautet|это|是|为|は|[:=]"
_HELD = r"\\(?:boxed|text\w*|math\w*|fbox)\s*\{\s*"


def option_letter(gold: str) -> str:
    """The letter, if a gold answer is one, perhaps in brackets; else empty.

    A character of a script without spaces is a word.
    """
    found = _ONE_LETTER.fullmatch(plain(without_entities(gold)))
    return found[1].upper() if found else ""


def chooses(text: str, letter: str) -> bool:
    """Whether a letter stands in a text as an option does, and not as a word or in one.

    It does alone in a line, in brackets, in bold or quotes, in front of a point, colon or closing
    bracket, first in a text, and behind words like `the answer is`. A small letter in running
    text is an article.

    Args:
        letter: a capital.
    """
    return bool(_pattern(letter).search(plain(without_entities(text))))


@lru_cache(maxsize=256)
def _pattern(letter: str) -> re.Pattern[str]:
    capital, small = re.escape(letter), re.escape(letter.lower())
    either = rf"(?:{capital}|{small})"
    # "The option I like" chooses nothing.
    named = capital if letter != "I" else rf"{capital}(?!\s+[a-z])"
    forms = [
        rf"^[^\w\n]*{either}[^\w\n]*$",
        rf"^[^\w\n]*{capital}\s*[,;-]",
        rf"(?<![\w)\]])[(\[{{]\s*{either}\s*[)\]}}]",
        rf"(?:{_HELD}){{1,3}}\(?{either}\)?[\s.:]*\}}",
        rf"(?<!\w)(\*{{1,3}}|_{{1,3}}|[\"'`])\(?{either}[.:)]?\1(?!\w)",
        rf"(?<![\w.'’&-]){capital}(?:[.:](?!\w)|\s?\))",
        rf"(?<![\w.'’&-]){small}\)",
        rf"(?i:(?<![^\W_])(?:{_CUES}))(?:\s*(?i:{_LINKS}))*\s*(?i:(?:option|choice|letter)\s*)?"
        rf"[\"'*_`$(\[]*(?:{named}(?!\w|['’]\w)|{small}(?=[.:)\"'*_`$\]]|\s*$))",
    ]
    return re.compile("|".join(f"(?:{form})" for form in forms), re.MULTILINE)
