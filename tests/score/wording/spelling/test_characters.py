import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.wording.spelling.characters import plain
from evomerge.score.wording.spelling.lookalikes import LATIN, unmixed

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u202e\u2066\ufe0f\u3164\u034f\U000e0041"
RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
GREEK = "αβγδεζηθικλμνξοπρστυφχψω"


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Ｆｕｌｌ　ｗｉｄｔｈ １２", "Full width 12"),
        ("𝐁𝐨𝐥𝐝 𝒾𝓉𝒶𝓁𝒾𝒸 ｄｉｇｉｔｓ 𝟙𝟚", "Bold italic digits 12"),
        ("ꜱᴍᴀʟʟ 🅲aps ɡame", "small Caps game"),
        ("١٢٣ १२३ ①②", "123 123 12"),
        ("1½ cups, ¾ and 10², x³", "1 1/2 cups,  3/4 and 10^2, x^3"),
        ("3–7 −5 well‐known — so", "3-7 -5 well-known - so"),
        ("café naïve Żółw ﬁve", "cafe naive Zołw five"),
        ("“quoted” ‘it’ «là»", '"quoted" \'it\' "la"'),
        ("€5 £5 ¥5", "$5 $5 $5"),
        ("3 × 4 ÷ 2 ⋅ 5", "3 * 4 / 2 * 5"),
        ("a\u00a0b\u2009c\td\r\ne", "a b c d\n\ne"),
        ("Ελλάδα Ήλιος", "Ελλαδα Ηλιος"),
        ("й ё їжак", "й е їжак"),
        ("が ぱ ガ", "が ぱ ガ"),
        ("हिन्दी", "हिन्दी"),
        ("שָׁלוֹם كِتَاب", "שלום كتاب"),
    ],
)
def test_plain_characters(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Аnna buуs аpрles", "Anna buys apples"),
        ("Αnnα buνs", "Anna buvs"),
        ("Օne hօսse", "One house"),
        ("ꓮnna and ᎪNNA", "Anna and ANNA"),
        ("a реа and the rest of it", "a pea and the rest of it"),
        ("Мосkва и oзepо", "Москва и озеро"),
        ("Анна живёт в Mосквe", "Анна живёт в Москве"),
        ("сор", "сор"),
        ("the words Москва and МОСКВА", "the words Москва and МОСКВА"),
        ("COP", "COP"),
        ("the angle α is 5", "the angle α is 5"),
        ("Дом means house", "Дом means house"),
        ("жfж", "жfж"),
    ],
)
def test_a_word_is_written_in_one_script(text, expected):
    assert unmixed(text) == expected


@given(st.text(RUSSIAN + RUSSIAN.upper() + " .,?"))
def test_russian_loses_nothing(text):
    assert plain(text) == text


@given(st.text(GREEK + GREEK.upper() + " .,?"))
def test_greek_loses_nothing(text):
    assert plain(text) == text


@given(st.text(), st.lists(st.tuples(st.integers(0), st.sampled_from(INVISIBLE))))
def test_invisible_characters_say_nothing(text, inserted):
    marked = text = "".join(c for c in text if c.isascii())
    for place, character in inserted:
        place %= len(marked) + 1
        marked = marked[:place] + character + marked[place:]
    assert plain(marked) == plain(text)


@given(st.text(string.ascii_letters + string.digits + " .,-+", min_size=1))
def test_ascii_stays(text):
    assert plain(text) == text


@given(st.text())
def test_plain_is_plain_already(text):
    assert plain(plain(text)) == plain(text)


def test_phonetic_letters_stand_for_latin_ones():
    assert set(LATIN.values()) <= set(string.ascii_letters)
    assert not set(LATIN) & set(string.ascii_letters)
