"""Labels as indices of choices."""

from pathlib import Path

import pytest

from evomerge.drafting.tables.labels import indices_of
from evomerge.drafting.tables.table import Table
from evomerge.errors import UserError

COLORS = ("red", "green", "blue")
DIGITS = ("1", "2", "3")


def read(labels, *choices):
    table = Table(Path("f.csv"), ("label",), [{"label": label} for label in labels])
    return indices_of(table, "label", choices if len(choices) > 1 else [*choices] * len(labels))


@pytest.mark.parametrize(
    ("labels", "choices", "indices"),
    [
        (["blue", "red"], COLORS, [2, 0]),
        (["c", " A "], COLORS, [2, 0]),
        ([2, 0], COLORS, [2, 0]),
        (["2", "0"], COLORS, [2, 0]),
        ([3, 1], COLORS, [2, 0]),
        (["3", "1"], DIGITS, [2, 0]),
        (["2", "1"], DIGITS, [1, 0]),
        (["B", "A"], ("B", "A"), [0, 1]),
    ],
)
def test_all_rows_are_read_in_one_way(labels, choices, indices):
    assert read(labels, choices) == indices


@pytest.mark.parametrize(
    ("labels", "choices", "why"),
    [
        ([0, 7, 1], COLORS, "row 2: '7' under 'label' names no choice of 3"),
        (["red", "green", "pink"], COLORS, "row 3: 'pink' under"),
        (["A", "B", "D"], COLORS, "row 3: 'D' under"),
        ([-1, 0, 1], COLORS, "row 1"),
        ([0, 3, 1], COLORS, "row 2"),
        ([1, 2], COLORS, "may count the choices from 0 or from 1"),
        ([1, 2], DIGITS, "may count the choices from 0 or from 1, or be one of them"),
    ],
)
def test_what_names_no_choice_or_two_is_refused(labels, choices, why):
    with pytest.raises(UserError, match=why):
        read(labels, choices)


def test_rows_may_have_choices_of_their_own():
    assert read(["x", "z"], ("x", "y"), ("y", "x", "z")) == [0, 2]
    with pytest.raises(UserError, match="row 1: '2' under 'label' names no choice of 2"):
        read([2, 2, 0], ("x", "y"), ("y", "x", "z"), ("y", "x", "z"))
