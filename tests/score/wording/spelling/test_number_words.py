"""The words for numbers of each language."""

import pytest

from evomerge.score.wording.spelling.number_words import COUNTING, LANGUAGES

ENGLISH, FRENCH, GERMAN, SPANISH = LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_numbers_are_all_there(language):
    assert set(range(17)) <= set(language.values.values())
    assert {20, 30, 40, 50, 60} <= set(language.values.values())
    assert {100, 1000, 10**6} <= set(language.multipliers.values())
    assert not set(language.values) & set(language.multipliers)
    assert language.articles <= set(language.values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_plain_as_texts_are_when_they_are_looked_up(language):
    words = [*language.values, *language.multipliers, *language.connectors, *language.common]
    assert all(word.isascii() and word == word.lower() and " " not in word for word in words)


def test_german_units_stand_before_tens():
    assert GERMAN.values["einundzwanzig"] == 21
    assert GERMAN.values["siebenundneunzig"] == 97


def test_french_counts_by_twenties():
    assert FRENCH.by_twenties
    assert not SPANISH.by_twenties
    assert (FRENCH.values["quatre"], FRENCH.values["vingts"]) == (4, 20)


def test_counting_words_are_no_numbers_in_figures():
    assert COUNTING
    assert all(isinstance(word, str) and not word.isdigit() for word in COUNTING)
