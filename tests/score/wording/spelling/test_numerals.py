import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.wording.spelling.numerals import numerals, shortest
from evomerge.score.wording.spelling.spelt import AN, ONE, spelt_numbers

UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
UNITS = [*UNITS.split(), *"fifteen sixteen seventeen eighteen nineteen".split()]
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def spell(number, joint=" and "):
    if number < 20:
        return UNITS[number]
    if number < 100:
        return TENS[number // 10 - 2] + (f"-{UNITS[number % 10]}" if number % 10 else "")
    for power, name, link in ((10**6, "million", " "), (1000, "thousand", " ")):
        if number >= power:
            rest = number % power
            behind = f"{joint if rest < 100 else link}{spell(rest, joint)}" if rest else ""
            return f"{spell(number // power, joint)} {name}{behind}"
    behind = f"{joint}{spell(number % 100)}" if number % 100 else ""
    return f"{UNITS[number // 100]} hundred{behind}"


@given(st.integers(2, 10**8), st.sampled_from([" ", " and "]))
def test_spelt_numbers_are_read_as_they_are_spelt(number, joint):
    assert spelt_numbers(f"about {spell(number, joint)} apples") == f"about {number} apples"


@given(st.integers(10, 10**9))
def test_spelt_figures_are_one_number(number):
    assert spelt_numbers(" ".join(UNITS[int(c)] for c in str(number))) == str(number)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("one of them has one hundred", f"{ONE} of them has 100"),
        ("between twenty and thirty, two and three", "between 20 and 30, 2 and 3"),
        ("nineteen eighty-four", "1984"),
        ("twice as many", "2 as many"),
        ("2 million, 3.5 thousand and 5 dozen; a dozen", "2000000, 3500 and 60; a 12"),
        ("someone, onetime, tenth and x2 thousand", "someone, onetime, tenth and x2 1000"),
        ("quatre-vingt-dix-neuf et soixante et onze", "99 et 71"),
        ("une robe de vingt et un euros et mille", f"{AN} robe de 21 euros et 1000"),
        ("er hat einundzwanzig und zweihundert funf", "er hat 21 und 205"),
        ("ella tiene treinta y dos y el tiene doce", "ella tiene 32 y el tiene 12"),
        ("it costs 5 cents once", "it costs 5 cents once"),
        ("une robe de deux euros for twelve", f"{AN} robe de 2 euros for 12"),
        ("cinq huit deux", "582"),
        ("two\nthree", "2\n3"),
        ("one million million", "1000000 1000000"),
    ],
)
def test_numbers_in_words(text, expected):
    assert spelt_numbers(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("1,234 1'234 1_234 1.234", "1234 1234 1234 1234"),
        ("1 234 apples, 12 345 678 pears", "1234 apples, 12345678 pears"),
        ("1,234,567.89 1.234.567", "1234567.89 1234567"),
        ("12,34,567", "1234567"),
        ("0.125 0,125 12.5 3.14159", "0.125 0,125 12.5 3.14159"),
        ("1,5 but (1,5) and [1,2,3]", "1.5 but (1,5) and [1,2,3]"),
        ("[100,200,300] and 100 200 30", "[100,200,300] and 100 200 30"),
        ("it is .5", "it is 0.5"),
        ("$5, 5$, us$5, 5 dollars, 5 usd, usd 5", "5, 5, 5, 5, 5,  5"),
        ("the 3rd and 4th of 10th, 23rd, 14th", "the third and fourth of tenth, 23rd, 14th"),
        ("5 percent, 5 %, 5 per cent", "5%, 5%, 5%"),
        ("v1,234 and 2005 100", "v1,234 and 2005 100"),
        ("1,23456", "1,23456"),
    ],
)
def test_numbers_in_figures(text, expected):
    assert numerals(text) == expected


@given(st.integers(1000, 10**12), st.sampled_from(",._' "))
def test_grouping_marks_say_nothing(number, mark):
    assert numerals(f"all {number:,} of it".replace(",", mark)) == f"all {number} of it"


@given(st.integers(0, 10**9), st.integers(1, 9))
def test_zeros_at_the_end_say_nothing(number, zeros):
    assert shortest(f"{number}.{'0' * zeros}") == str(number)
    assert shortest(f"{number}.5{'0' * zeros}") == f"{number}.5"
    assert shortest(f"00{number}") == f"00{number}"
