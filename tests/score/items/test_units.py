import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.items.units import ALONE, Units

UNITS = Units(questions={"b": "a"}, groups={"a": "g", "b": "g", "c": "g"})


def test_an_item_is_in_its_group_or_is_its_question_or_itself():
    assert [UNITS.unit(item) for item in "abcd"] == ["g", "g", "g", "d"]
    assert [UNITS.question(item) for item in "abcd"] == ["a", "a", "c", "d"]
    assert Units(questions={"b": "a"}).unit("b") == "a"
    assert [ALONE.unit(item) for item in "ab"] == ["a", "b"]


def test_what_is_one_is_counted_once():
    assert UNITS.count_questions("abcdd") == 3
    assert UNITS.count("abcd") == 2
    assert UNITS.effective("abcd") == pytest.approx((2 + 1) ** 2 / (2**2 + 1**2))
    assert UNITS.effective("") == 0.0


@given(st.integers(1, 20), st.integers(1, 20))
def test_groups_of_one_size_are_worth_their_number(groups, size):
    items = [f"{g} {n}" for g in range(groups) for n in range(size)]
    units = Units(groups={item: item.split()[0] for item in items})
    assert units.effective(items) == pytest.approx(groups)
    assert ALONE.effective(items) == pytest.approx(groups * size)
