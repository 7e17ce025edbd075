"""Signs for words."""

import pytest

from evomerge.score.wording.bare.signs import with_signs


@pytest.mark.parametrize(
    "text, expected",
    [
        ("3 plus 4 minus 5", "3 + 4 - 5"),
        ("3 multiplied  by 4 divided by 5", "3 * 4 / 5"),
        ("3 x 4 · 5", "3*4*5"),
        ("3 mal 4 durch 5 fois 6 moins 7", "3*4/5*6-7"),
        ("3 to the power of 4 equals 5 squared", "3 ^ 4 = 5 ^2"),
        ("2**3 >= 5 percent", "2^3 ≥ 5 %"),
        ("is **12** x", "is 12 x"),
        ("a surplus of x by x", "a surplus of x by x"),
        ("a well-known 3-day trip", "a well known 3 day trip"),
        ("12 + (7), 12 - (1.5)?", "12 + 7, 12 - 1.5?"),
        ("12 (7), 3 * (4 + 5), 2 - (3)(4), -(3)x", "12 (7), 3 * (4 + 5), 2 - (3)(4), -(3)x"),
        ("x - y, 5 - log 2, -3", "x - y, 5 - log 2, -3"),
    ],
)
def test_words_become_signs(text, expected):
    assert with_signs(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("is3plus4minus5", "is3+4-5"),
        ("3multipliedby4x5", "3*4*5"),
        ("asurplus", "asur+"),
        ("well-known3-day", "well-known3-day"),
    ],
)
def test_without_spaces_they_are_found_within_others(text, expected):
    assert with_signs(text, closed=True) == expected
