import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.wording.spelling.tokens import BREAK, canonical, is_number, is_word, tokens


def read(text):
    return " ".join("/" if token == BREAK else token for token in tokens(canonical(text)))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("Anna's 3 well-known cats, all 5-year-old!", "annas 3 well known cats all 5 year old /"),
        ("He - so it is said -- left at 3:45.", "he so it is said left at 3 45 /"),
        ("COVID-19 in 2-3 days", "covid 19 in 2 - 3 days"),
        ("3 - 7 = -4 and x - y", "3 - 7 = - 4 and x - y"),
        ("(in dollars) but (4 + 5) and f(x)", "in dollars but ( 4 + 5 ) and f ( x )"),
        ("R&B and C# and #5 and a & b", "r and b and c # and 5 and a and b"),
        ("x <= 5 and ____ or __", "x ≤ 5 and _ or _"),
        ("コーヒーを１２個、二つ。", "コーヒー を 12 個 二 つ /"),
        ("किताब है।", "किताब है /"),
        ("It is 90° or 5 percent 🙂", "it is 90 ° or 5 % 🙂"),
        (">>> f(1,2)\n3", "f ( 1 2 ) / 3"),
        ("&lt;b&gt;No&lt;/b&gt; &amp; yes", "no and yes"),
        ("", ""),
        (" ?!. ", "/ / /"),
    ],
)
def test_words_numbers_and_signs_are_read(text, expected):
    assert read(text) == expected


@given(st.text())
def test_any_text_is_read(text):
    for token in tokens(canonical(text)):
        assert token == BREAK or not token.isspace()
        assert not (is_word(token) and is_number(token))


@given(st.text("abcdefghij .,?"), st.randoms(use_true_random=False))
def test_case_says_nothing(text, random):
    mixed = "".join(random.choice((c.upper(), c.lower())) for c in text)
    assert read(mixed) == read(text)
