import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.audits.loop import CHARACTERS, REPEATS, loops


@pytest.mark.parametrize(
    "text",
    [
        "un un un un un un un un",
        "!" * 16,
        "The answer is 7. So it is.\n" + "The answer is 7.\n" * 4,
        "はい。はい。はい。はい。はい。はい。",
        "and so on and so on and so on and so on and so",
    ],
)
def test_ends_that_repeat_are_loops(text):
    assert loops(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "neuf neuf neuf neuf",
        "1000000000",
        "3 + 4 + 5 + 6 = 18",
        "ha ha ha ha ha ha ha ha, said the duck, and went on",
        "The ducks lay 16 eggs. The ducks eat 3 eggs. The ducks keep 4 eggs.",
    ],
)
def test_other_texts_are_none(text):
    assert not loops(text)


@given(st.text("ab ", max_size=40))
def test_a_loop_is_a_string_said_four_times_at_the_end(text):
    stripped = text.strip()
    said = any(
        stripped[-length:] == (stripped[-length:][:period] * length)[:length]
        for length in range(CHARACTERS, len(stripped) + 1)
        for period in range(1, length // REPEATS + 1)
    )
    assert loops(text) == said
