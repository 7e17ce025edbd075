"""Cells as texts: exactly as they stand, or not at all."""

from pathlib import Path

import pytest

from evomerge.drafting.tables.table import Table, as_text, is_blank
from evomerge.errors import UserError


def table(*values):
    return Table(Path("file.csv"), ("a",), [{"a": value} for value in values])


def test_texts_stay_as_they_are():
    texts = ["007", "1e5", " x ", "a\r\nb", "{{x}}", "é", "null"]
    assert table(*texts).texts("a") == texts


@pytest.mark.parametrize(
    ("value", "text"), [(7, "7"), (-3, "-3"), (2.5, "2.5"), (10**30, "1" + "0" * 30)]
)
def test_numbers_that_are_written_in_one_way_become_texts(value, text):
    assert as_text(value) == text


@pytest.mark.parametrize("value", [True, 1e5, 85.0, 1e-9, float("inf"), ["a"], {"a": 1}])
def test_what_may_be_written_in_several_ways_is_no_text(value):
    assert as_text(value) is None
    with pytest.raises(UserError, match=r"row 2: .* under 'a' is no text; write all of the column"):
        table("x", value).texts("a")


@pytest.mark.parametrize("value", [None, "", " \t\n", [], float("nan")])
def test_blank_cells_are_told_with_their_rows(value):
    assert is_blank(value)
    with pytest.raises(UserError, match=r"rows 1, 3, 4 and 2 more: nothing stands under 'a'"):
        table(value, "x", value, value, value, value).texts("a")


def test_a_column_that_a_row_lacks_is_blank():
    lacking = Table(Path("f.jsonl"), ("a", "b"), [{"a": "1", "b": "2"}, {"a": "1"}])
    with pytest.raises(UserError, match=r"f.jsonl: row 2: nothing stands under 'b'"):
        lacking.texts("b")
