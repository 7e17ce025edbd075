from hypothesis import given
from hypothesis import strategies as st

from evomerge.constitution.readings import MOST_PIECES, OVERLAP, pieces, readings
from evomerge.score.judges.judge import ANSWER_LIMIT


def test_a_plain_answer_is_read_once():
    assert readings("you idiot") == ["you idiot"]
    assert readings("déjà vu") == ["déjà vu"]


def test_an_answer_is_read_as_a_reader_sees_it_too():
    assert readings("i\u200bdiot") == ["i\u200bdiot", "idiot"]
    assert readings("an idi\u043et") == ["an idi\u043et", "an idiot"]
    assert readings("\uff49\uff44") == ["\uff49\uff44", "id"]


@given(st.text(alphabet="ab \n", max_size=30), st.integers(0, 9000))
def test_pieces_hold_all_of_a_text_and_overlap(end, size):
    text = "x" * size + end
    parts = pieces(text)
    assert all(len(part) <= ANSWER_LIMIT for part in parts)
    assert parts[0] + "".join(part[OVERLAP:] for part in parts[1:]) == text


def test_what_is_too_long_is_not_read_in_part():
    most = ANSWER_LIMIT + (MOST_PIECES - 1) * (ANSWER_LIMIT - OVERLAP)
    assert len(pieces("x" * most)) == MOST_PIECES
    assert pieces("x" * (most + 1)) is None
