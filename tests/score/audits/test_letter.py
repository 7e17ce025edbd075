"""Letters of choices: told from words, and from letters in words."""

import pytest

from evomerge.score.audits.letter import chooses, option_letter


@pytest.mark.parametrize(
    "gold, letter",
    [
        ("B", "B"),
        (" (c) ", "C"),
        ("**D**", "D"),
        ("a.", "A"),
        ("A dog", ""),
        ("42", ""),
        ("", ""),
        ("犬", ""),
    ],
)
def test_a_gold_answer_that_is_a_letter(gold, letter):
    assert option_letter(gold) == letter


@pytest.mark.parametrize(
    "text",
    [
        "B",
        "b",
        "(b)",
        "The answer is B.",
        "the answer is (b)",
        "**B** it is",
        "B: because it is larger",
        "I choose option B",
        r"\\boxed{B}",
        "So, all in all:\nB\nis right",
        "Die Antwort lautet B",
        "答案是B",
    ],
)
def test_a_letter_that_is_chosen(text):
    assert chooses(text.replace("\\\\", "\\"), "B")


@pytest.mark.parametrize(
    "text", ["Both are right", "Plan B failed", "A", "vitamin B12 helps", "rock'n'b roll", ""]
)
def test_a_letter_that_is_no_choice(text):
    assert not chooses(text, "B")


def test_an_article_and_a_pronoun_are_no_choices():
    assert not chooses("the answer is a number", "A")
    assert not chooses("The option I like is another", "I")
    assert chooses("The option I", "I")
