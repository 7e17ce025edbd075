"""Numbers in figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.wording.bare.figures import codes, in_figures

DIGITS = "zero one two three four five six seven eight nine".split()


@pytest.mark.parametrize(
    "text, expected",
    [
        ("07 and 7.0 and 007.50", "7 and 7 and 7.5"),
        ("0 and 0.0 and 0.5 and 00", "0 and 0 and 0.5 and 0"),
        ("1,234 or 1 234 or 1'234", "1234 or 1234 or 1234"),
        ("seven of one hundred and five", "7 of 105"),
        ("someone often weighs", "someone often weighs"),
        ("100 and 10", "100 and 10"),
        ("1.0.3", "1.0.3"),
    ],
)
def test_numbers_have_one_form(text, expected):
    assert in_figures(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("addtwenty-oneto07", "add21to7"),
        ("addtwo-oneto7.0", "add2-1to7"),
        ("add1,234,567to12,34", "add1234567to12,34"),
        ("onehundredandfive", "105"),
        ("someone", "some1"),
    ],
)
def test_without_spaces_words_are_found_within_others(text, expected):
    assert in_figures(text, closed=True) == expected


@given(st.integers(0, 10**6))
def test_digits_one_by_one_are_the_number(number):
    spelt = [DIGITS[int(digit)] for digit in str(number)]
    assert in_figures(f"x {' '.join(spelt)} y") == f"x {number} y"
    assert in_figures(f"q{''.join(spelt)}q", closed=True) == f"q{number}q"
    assert in_figures(f"x 0{number} y {number}.00") == f"x {number} y {number}"


def test_codes_begin_with_a_zero():
    assert codes("007 and 70 and 0.5 and 1.05 and 0") == ("007",)
