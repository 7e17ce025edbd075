"""Texts as they are seen."""

import pytest

from evomerge.score.wording.bare.shown import shown, unbracketed


@pytest.mark.parametrize(
    "text",
    [
        "WHAT is it",
        "Whаt is it",
        "W\u200bhat i\u00ads it",
        "*What is it*",
        "[(*What is it*)]",
        "**What** `is` <b>it</b>",
        "Wh&#97;t&nbsp;is it",
        "Ｗhat is it",
        "Whát is it",
        f" **What is it{' ' * 300}** ",
    ],
)
def test_what_looks_the_same_is_the_same(text):
    assert shown(text).strip() == "what is it"


def test_brackets_around_parts_stay():
    assert unbracketed("(1 + 2) * (3 + 4)") == "(1 + 2) * (3 + 4)"
    assert unbracketed("{[1 + 2]}") == "1 + 2"
    assert [unbracketed(text) for text in ("", "(", "()", "(]")] == ["", "(", "()", "(]"]


def test_letters_are_latin_where_they_look_it_whatever_their_word():
    assert shown("АВС") == shown("ABC")
    assert shown("σ") != shown("o")


def test_signs_have_one_form():
    assert shown("1 ➕ 2 − 3 × 4 ÷ 5 🟰 6") == "1 + 2 - 3 * 4 / 5 = 6"


def test_spaces_go_before_anything_is_looked_at():
    assert shown(" * * b o l d * *\n1 2", closed=True) == "bold12"
    assert shown("**b o l d**\n1 2", closed=True) == "bold12"
