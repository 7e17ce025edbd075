"""Letters of one script that pass for another's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.wording.spelling.lookalikes import AS_LATIN, LATIN, unmixed


@pytest.mark.parametrize(
    "text, plain",
    [
        ("\u0440aper", "paper"),
        ("p\u0430p\u0435r clips", "paper clips"),
        ("\u03bf\u03c1tion", "option"),
        ("the \u0441at sat", "the cat sat"),
        ("\u0436a\u0440a", "\u0436\u0430\u0440\u0430"),
    ],
)
def test_a_word_goes_over_to_the_script_that_it_shows(text, plain):
    assert unmixed(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "only latin",
        "\u0442\u043e\u043b\u044c\u043a\u043e",
        "the angle \u03b1 is 3",
        "\u0441\u043b\u043e\u0432\u043e and word",
        "犬 and dog",
    ],
)
def test_what_is_truly_of_its_script_stays(text):
    assert unmixed(text) == text


@given(st.text(alphabet=st.sampled_from("abcopeхсαоρ \u0430"), max_size=20))
def test_to_do_it_twice_changes_nothing(text):
    once = unmixed(text)
    assert unmixed(once) == once
    assert len(once) == len(text)


def test_all_that_pass_for_latin_letters_are_single_letters():
    assert LATIN["ꭓ"] == "x"
    assert all(len(letter) == 1 and latin.isascii() for letter, latin in LATIN.items())


def test_every_lookalike_has_its_latin_letter_whatever_stands_beside_it():
    assert "\u0410\u0412\u0421 \u0440\u0430".translate(str.maketrans(AS_LATIN)) == "ABC pa"
    assert all(latin.isascii() and not letter.isascii() for letter, latin in AS_LATIN.items())
