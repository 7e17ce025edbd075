import pytest

from evomerge.report.tables.table import Column, DataTable, column_of


@pytest.mark.parametrize(
    ("values", "kind", "kept"),
    [
        ((1, None, 2), int, (1, None, 2)),
        ((1, 0.5), float, (1.0, 0.5)),
        ((True, False), bool, (True, False)),
        (("a", "1"), str, ("a", "1")),
        ((1, True, "1"), str, ("1", "true", '"1"')),
        ((None, None), float, (None, None)),
        ((), float, ()),
    ],
)
def test_a_column_has_one_kind_and_no_value_is_taken_for_another(values, kind, kept):
    assert column_of("c", values) == Column("c", kind, kept)


def test_rows_stand_across_columns():
    table = DataTable((Column("a", int, (1, 2)), Column("b", str, ("x", None))))
    assert table.names == ["a", "b"]
    assert [*table.rows()] == [(1, "x"), (2, None)]


@pytest.mark.parametrize("other", [Column("a", int, (1,)), Column("b", int, (1, 2))])
def test_columns_of_one_name_or_of_other_lengths_are_no_table(other):
    with pytest.raises(ValueError, match="of one length"):
        DataTable((Column("a", int, (1,)), other))
