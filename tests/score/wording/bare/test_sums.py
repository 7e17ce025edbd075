"""Sums in a text that is otherwise left."""

import pytest

from evomerge.score.wording.bare.sums import with_plain_sums


@pytest.mark.parametrize(
    "text, expected",
    [
        ("What is 12 Plus 7?", "What is 12 + 7?"),
        ("12 multiplied by -7 divided by 3", "12 * -7 / 3"),
        ("12 x 7 · 3", "12 * 7 * 3"),
        ("He has 07 apples and ００12 pears", "He has 7 apples and 12 pears"),
    ],
)
def test_words_between_numbers_and_zeros_before_them_go(text, expected):
    assert with_plain_sums(text) == expected


@pytest.mark.parametrize(
    "text", ["5 apples plus 3 pears", "0.5 of 10 or 1.05", "3 000 at 10:05", "５ ÄPFEL", "0", ""]
)
def test_all_else_stays_as_it_is(text):
    assert with_plain_sums(text) == text
