"""Sentences: their words, and their numbers and signs apart."""

import pytest

from evomerge.score.wording.sentences import Sentence, same_exactly, sentences


def test_words_and_numbers_stand_apart():
    first, second = sentences("Anna has 12 apples. What is 7 + 5?")
    assert first.exact == ("12",)
    assert "12" not in first.words
    assert {"anna", "has"} <= set(first.words)
    assert second.exact == ("7", "+", "5")
    assert second.numbers == ("7", "5")


def test_lines_are_sentences_and_labels_are_left_out():
    found = sentences("Question 3: Which is it?\nA. a whale\nB. a shark")
    assert [sentence.words for sentence in found] == [
        ("which", "is", "it"),
        ("a", "whale"),
        ("a", "shark"),
    ] or len(found) == 3
    assert not any(sentence.counted for sentence in found)


def test_a_one_is_often_an_article_and_does_not_count():
    assert Sentence((), ("1", "20")).numbers == ("20",)
    (single,) = sentences("one apple")
    assert not single.counted
    (many,) = sentences("21 apples")
    assert many.counted


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("3 + 4", "3 + 4", True),
        ("3 + 4", "4 + 3", False),
        ("3 - 4", "3 + 4", False),
        ("one and 5", "1 and 5", True),
        ("one and 5", "5", True),
        ("1 and 5", "5", False),
        ("5", "5 6", False),
    ],
)
def test_numbers_are_the_same_in_the_same_order(one, other, same):
    first, second = (
        tuple(part for sentence in sentences(text) for part in sentence.exact)
        for text in (one, other)
    )
    assert same_exactly(first, second) is same
    assert same_exactly(second, first) is same
