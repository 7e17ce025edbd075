"""The right answer of a question as it is compared: its result, not how it is put."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evomerge.score.wording.labels import choices, without_labels
from evomerge.score.wording.spelling.tokens import BREAK, canonical, is_number, tokens

_MARK = "####"
"""Behind it stands the result of a worked solution, as GSM8K has it."""
_BOXED = re.compile(r"\\boxed\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_WORKED = 6
"""Tokens: a longer answer shows how it is found, and ends in its result."""


def result(gold: str) -> str:
    """What a worked solution comes to; any other answer as it is."""
    if _MARK in gold:
        return gold.rsplit(_MARK, 1)[1]
    boxed = _BOXED.findall(gold)
    return boxed[-1] if boxed else gold


def answer_tokens(gold: str, question: str = "") -> tuple[str, ...]:
    """An answer's words, numbers and signs; of a letter that labels a choice, the choice's.

    Args:
        question: the text in which the choices stand.
    """
    wording = canonical(result(gold))
    found = tuple(signed(tokens(without_labels(wording))))
    if len(found) == 1 and len(found[0]) == 1 and found[0].isalpha():
        chosen = choices(canonical(question)).get(found[0])
        return tuple(signed(tokens(chosen))) if chosen else found
    return found


def signed(found: Sequence[str]) -> list[str]:
    """Tokens without ends of sentences; a minus that is no subtraction belongs to its number."""
    together: list[str] = []
    for token in found:
        if token == BREAK:
            continue
        minus = is_number(token) and together and together[-1] == "-"
        if minus and not (len(together) > 1 and (is_number(together[-2]) or together[-2] == ")")):
            together[-1] = f"-{token}"
        else:
            together.append(token)
    return together


def same_answer(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two answers say the same, or one of them is unknown.

    They do if one begins or ends with the other, as `1234 items` with `1234`; two that show how
    they are found, if they end in the same number, or in the same word where they have none.
    """
    few, many = sorted((list(one), list(other)), key=len)
    if not few or many[: len(few)] == few or many[-len(few) :] == few:
        return True
    return len(few) > _WORKED and _end(few) == _end(many)


def _end(answer: Sequence[str]) -> str:
    numbers = [token for token in answer if token[-1].isdigit()]
    return numbers[-1] if numbers else answer[-1]
