"""Spelt numbers in figures, in four languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.wording.spelling.spelt import AN, ONE, spelt_numbers

UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
UNITS = [*f"{UNITS} fifteen sixteen seventeen eighteen nineteen".split()]
TENS = [None, None, *"twenty thirty forty fifty sixty seventy eighty ninety".split()]


def spelt(number):
    if number < 20:
        return UNITS[number]
    if number < 100:
        return TENS[number // 10] + (f"-{UNITS[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = f" and {spelt(number % 100)}" if number % 100 else ""
        return f"{UNITS[number // 100]} hundred{rest}"
    rest = f" {spelt(number % 1000)}" if number % 1000 else ""
    return f"{spelt(number // 1000)} thousand{rest}"


@given(st.integers(2, 999_999))
def test_every_english_number_is_read(number):
    assert spelt_numbers(f"the number is {spelt(number)} of them") == (
        f"the number is {number} of them"
    )


@pytest.mark.parametrize(
    "text, figures",
    [
        ("no numbers here", "no numbers here"),
        ("2 million people", "2000000 people"),
        ("1.5 thousand", "1500"),
        ("one two three", "123"),
        ("three dozen", "36"),
        ("i have one", f"i have {ONE}"),
        ("combien font quatre vingt douze et sept", "combien font 92 et 7"),
        ("vingt et un pommes dans le panier", "21 pommes dans le panier"),
        (
            "une pomme est dans le panier avec les autres",
            f"{AN} pomme est dans le panier avec les autres",
        ),
        ("wie viele sind einundzwanzig und die drei", "wie viele sind 21 und die 3"),
        ("cuantos son treinta y cinco de los", "cuantos son 35 de los"),
    ],
)
def test_numbers_in_the_language_of_the_text(text, figures):
    assert spelt_numbers(text) == figures
