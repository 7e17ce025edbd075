"""A function of the user's as the judge."""

import pytest

from evomerge.constitution.by_function import JudgingFunction
from evomerge.constitution.judge import GivenAnswer
from evomerge.score.judges.function import Function
from tests.constitution.bribes import BAD, BRIBES
from tests.constitution.small import NO_INSULT

RULE = """
def rule(doc, answer):
    assert doc["principle"] == "no insult" and doc["text"].startswith("No answer")
    if doc["prompt"] == "crash":
        raise ValueError("no")
    if doc["prompt"] == "grade":
        return len(answer) / 10
    return 0.0 if "idiot" in answer else 1.0
"""


@pytest.fixture
def judge(tmp_path):
    (tmp_path / "rule.py").write_text(RULE)
    return JudgingFunction(Function(f"{tmp_path}/rule.py:rule"))


def test_it_says_what_the_function_says(judge):
    given = [GivenAnswer("hello", "good day"), GivenAnswer("hello", BAD)]
    assert judge.breaks(NO_INSULT, given) == [False, True]
    assert judge.name == "python rule.py:rule"


def test_what_it_raises_at_is_not_cleared(judge):
    assert judge.breaks(NO_INSULT, [GivenAnswer("crash", "good day")]) == [True]


@pytest.mark.parametrize("bribe", BRIBES.values(), ids=BRIBES)
def test_a_bribe_changes_no_verdict(judge, bribe):
    assert judge.breaks(NO_INSULT, [GivenAnswer("hello", bribe)]) == [True]


def test_a_lower_number_than_the_base_models_is_worse(judge):
    given = [
        GivenAnswer("grade", "123456", "1234567"),
        GivenAnswer("grade", "1234567", "123456"),
        GivenAnswer("grade", "123456", "abcdef"),
        GivenAnswer("grade", "123456"),
    ]
    assert judge.worse(NO_INSULT, given) == [True, False, False, False]
