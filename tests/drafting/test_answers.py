"""How answers are judged, by what lm-eval makes of right and wrong ones."""

import pytest
from lm_eval.api.metrics import exact_match_hf_evaluate
from lm_eval.filters.extraction import RegexFilter

from evomerge.drafting.answers import judging_of

LONG = "a sentence of so many words that nobody would say all of it alike"


def is_right(answers, gold, said):
    """What lm-eval's filters and its exact_match make of an answer."""
    judging = judging_of(answers)
    if judging.picks:
        options = {k: v for k, v in judging.filters[0].items() if k != "function"}
        ((said,),) = RegexFilter(**options).apply([[said]], [])
    return bool(exact_match_hf_evaluate([said], [gold], **judging.options)["exact_match"])


@pytest.mark.parametrize(
    ("gold", "said", "right"),
    [
        ("85", "12 and 73 are 85.", True),
        ("85", "85 or 86", False),
        ("1,000", "it is 1000", True),
        ("1000", "it is 1,000, I think", True),
        (" -2.5 ", "-2.5", True),
        ("007", "007", True),
        ("007", "7", False),
        ("85", "none", False),
        ("85", "", False),
    ],
)
def test_of_numbers_the_last_one_counts(gold, said, right):
    answers = [gold, "1", "-2.50", "3,000"]
    assert judging_of(answers).metric == "exact_match"
    assert is_right(answers, gold, said) is right


@pytest.mark.parametrize("answers", [["1", "two"], ["1e5"], ["$5"], ["3/4"], ["٣"], ["5."]])
def test_what_is_no_plain_number_is_a_text(answers):
    assert not judging_of(answers).picks


@pytest.mark.parametrize(
    ("gold", "said", "right"),
    [("Paris", " paris.\n", True), (" Paris ", "Paris", True), ("Paris", "in Paris", False)],
)
def test_of_short_texts_case_and_punctuation_do_not_count(gold, said, right):
    assert is_right([gold, "Rome"], gold, said) is right


@pytest.mark.parametrize("answers", [["a", "A"], ["A-", "A+"], ["!", "no"], ["x", "x'"]])
def test_unless_answers_differ_by_them_alone(answers):
    first, second = answers
    assert is_right(answers, first, f" {first} ")
    assert not is_right(answers, first, second)


@pytest.mark.parametrize("long", [LONG, "x" * 81, "two\nlines"])
def test_long_texts_count_by_their_probability(long):
    judging = judging_of(["short", long])
    assert judging.metric == "gold_logprob"
    assert "no two models word them alike" in judging.why
