"""How a file's answers are judged, as its right answers show: numbers, short texts, long ones."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

NUMBER = r"-?[0-9][0-9,]*(?:\.[0-9]+)?"
SHORT_CHARACTERS, SHORT_WORDS = 80, 10
"""What an answer may have that a model can be expected to give to the letter."""
_EDGES = r"^\s+|\s+$"
_UNMARKED = str.maketrans("", "", string.punctuation)
_STRIPPED = {"function": "remove_whitespace"}
_FIRST = {"function": "take_first"}


@dataclass(frozen=True)
class AnswerJudging:
    """How answers to a file's questions are judged."""

    metric: str
    why: str
    """A sentence for the user."""
    options: dict[str, Any]
    """Of lm-eval's exact_match."""
    picks: bool = False
    """Whether the answer is found in what is said around it."""
    filters: tuple[dict[str, Any], ...] = (_STRIPPED, _FIRST)
    """What lm-eval does to an answer first."""


CHOSEN = AnswerJudging("acc", "answers are chosen: the likeliest choice must be the right one", {})


def judging_of(answers: Sequence[str]) -> AnswerJudging:
    """How answers are judged that a model writes.

    Args:
        answers: the right ones.
    """
    plain = [answer.strip() for answer in answers]
    if all(re.fullmatch(NUMBER, answer) for answer in plain):
        return AnswerJudging(
            "exact_match",
            "all answers are numbers: the last number of what a model says must be the right one",
            {"regexes_to_ignore": [",", r"\s"]},
            True,
            ({"function": "regex", "regex_pattern": NUMBER, "group_select": -1}, _FIRST),
        )
    if any(map(_is_long, plain)):
        return AnswerJudging(
            "gold_logprob",
            "some answers are long, and no two models word them alike: how probable a model finds "
            "the right answer counts, in nats a token",
            {},
        )
    if _are_told_apart(plain):
        return AnswerJudging(
            "exact_match",
            "answers are short: what a model says must be the right one, but for case, punctuation "
            "and spaces around it",
            {"regexes_to_ignore": [_EDGES], "ignore_case": True, "ignore_punctuation": True},
        )
    return AnswerJudging(
        "exact_match",
        "answers are short, and some differ by case or punctuation alone: what a model says must "
        "be the right one, but for spaces around it",
        {"regexes_to_ignore": [_EDGES]},
    )


def _is_long(answer: str) -> bool:
    too_long = len(answer) > SHORT_CHARACTERS or len(answer.split()) > SHORT_WORDS
    return too_long or "\n" in answer or "\r" in answer


def _are_told_apart(answers: Sequence[str]) -> bool:
    """Whether different answers differ by more than case and punctuation, and none is only that."""
    bare = {answer: answer.lower().translate(_UNMARKED) for answer in answers}
    return "" not in bare.values() and len({*bare.values()}) == len(bare)
