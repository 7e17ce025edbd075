"""An answer in all the ways in which it may be read, so that nothing hides in how it is written."""

from __future__ import annotations

import unicodedata

from evomerge.score.judges.judge import ANSWER_LIMIT
from evomerge.score.wording.spelling.characters import is_seen
from evomerge.score.wording.spelling.lookalikes import unmixed

OVERLAP = 400
"""Characters that two pieces of an answer share: what is said across their border is in one."""
MOST_PIECES = 8
"""Of an answer: some 29,000 characters. A longer one is not read to its end, and so not cleared."""


def readings(answer: str) -> list[str]:
    """The answer as it is, and as a reader sees it: without invisible characters, in the usual
    form of each letter, and none borrowed from another script. One text where both are the same.
    """
    if answer.isascii():
        return [answer]
    seen = "".join(filter(is_seen, answer))
    return [*dict.fromkeys((answer, unmixed(unicodedata.normalize("NFKC", seen))))]


def pieces(text: str) -> list[str] | None:
    """The pieces in which a language model is shown a text, none longer than it reads with care.

    None where there would be too many of them.
    """
    step = ANSWER_LIMIT - OVERLAP
    if len(text) > ANSWER_LIMIT + (MOST_PIECES - 1) * step:
        return None
    rest = max(0, len(text) - ANSWER_LIMIT)
    return [text[begin : begin + ANSWER_LIMIT] for begin in range(0, rest + step, step)]
