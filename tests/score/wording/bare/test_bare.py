"""Bare texts."""

from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.wording.bare.bare import Bare

TEXTS = st.text(alphabet="ab qA1203 .,:!?\n+-*()Аа", max_size=30)


def test_what_is_left_of_a_question():
    bare = Bare.of("Please: what is 1 200 plus 07, of 3 4?\nA:")
    assert bare == Bare("1200+7of3 4", "1200+7of34", "", bare.spacing, ("07",))
    assert bare.spacing == "please what is 1200 plus 07 of 34\na"


def test_lines_behind_the_first_stand_in_one_order():
    assert Bare.of("Which?\n(a) red\n(b) a fig").lines == "which\nafig\nred"
    assert Bare.of("Which?\nred\na fig\nWhich?\nred\na fig").lines == "which\nafig\nred"
    assert Bare.of("Which?\nred").lines == ""


def test_a_point_decides_between_figures_alone():
    assert Bare.of("It is 1.5. 3, 4! Or 5!").open == "itis1.5 3 4or5"
    assert Bare.of("5! / 3!").open == "5!/3"


def test_spaces_between_figures_count_unless_others_were_moved():
    one, other, moved = (Bare.of(text) for text in ("Sort 1 2 3", "Sort 12 3", "Sort123"))
    assert one.closed == other.closed == moved.closed
    assert not one.same(other, answers=True)
    assert one.same(moved, answers=True)
    assert other.same(moved, answers=False)


@given(TEXTS, TEXTS, st.booleans())
def test_to_be_the_same_is_mutual(text, other, answers):
    one, another = Bare.of(text), Bare.of(other)
    assert one.same(another, answers=answers) == another.same(one, answers=answers)
    assert one.same(one, answers=answers) == bool(one.open)
