import csv
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from evomerge.errors import UserError
from evomerge.report.tables.table import Column, DataTable
from evomerge.report.tables.writing import check_table_file, write_table

HOSTILE = ("=cmd|' /C calc'!A0", "+1", "@x", "-2", "\tx", 'a "b",\n', "\x1b[2J\u202e", "\ud800", "")
TABLE = DataTable(
    (
        Column("n", int, (*range(len(HOSTILE) - 1), None)),
        Column("f", float, (0.1 + 0.2, -1.5, 5e-324, 1e308, 0.0, 1 / 3, 2.0, 1e-7, None)),
        Column("b", bool, (True, False) * 4 + (None,)),
        Column("=t", str, HOSTILE),
    )
)


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.reader(file)]


def test_csv_has_exact_numbers_and_no_formulas(tmp_path):
    write_table(TABLE, tmp_path / "t.csv")
    head, *rows = read_csv(tmp_path / "t.csv")

    assert head == ["n", "f", "b", "'=t"]
    assert [float(row[1]) for row in rows[:-1]] == [*TABLE.columns[1].values[:-1]]
    assert rows[-1] == ["", "", "", ""]
    assert [row[3] for row in rows[:5]] == [f"'{text}" for text in HOSTILE[:5]]
    assert [row[3] for row in rows[5:8]] == [*HOSTILE[5:7], "\\ud800"]
    assert [row[1] for row in rows[1:2]] == ["-1.5"]


def test_json_lines_are_what_the_table_is(tmp_path):
    write_table(TABLE, tmp_path / "t.jsonl")
    text = (tmp_path / "t.jsonl").read_text(encoding="ascii")

    rows = [json.loads(line) for line in text.splitlines()]
    assert [tuple(row.values()) for row in rows] == [*TABLE.rows()]
    assert "\x1b" not in text


def test_parquet_has_kinds_also_without_a_row(tmp_path):
    write_table(TABLE, tmp_path / "t.parquet")
    read = parquet.read_table(tmp_path / "t.parquet").to_pydict()
    assert read["f"] == [*TABLE.columns[1].values]
    assert (read["n"][-1], read["b"][:2]) == (None, [True, False])
    assert read["=t"] == [*HOSTILE[:7], "\\ud800", ""]

    empty = DataTable(tuple(Column(c.name, c.kind, ()) for c in TABLE.columns))
    write_table(empty, tmp_path / "e.parquet")
    schema = parquet.read_schema(tmp_path / "e.parquet")
    assert [*map(str, schema.types)] == ["int64", "double", "bool", "string"]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_number_reads_back_to_its_last_bit(tmp_path_factory, values):
    table, folder = DataTable((Column("f", float, tuple(values)),)), tmp_path_factory.mktemp("t")
    for name in ("t.csv", "t.jsonl", "t.parquet"):
        write_table(table, folder / name)

    lines = (folder / "t.jsonl").read_text().splitlines()
    assert [float(row[0]) for row in read_csv(folder / "t.csv")[1:]] == values
    assert [json.loads(line)["f"] for line in lines] == values
    assert parquet.read_table(folder / "t.parquet").to_pydict()["f"] == values


def test_a_name_that_says_no_format_is_refused(tmp_path):
    check_table_file(tmp_path / "t.CSV", "--trials")
    with pytest.raises(UserError, match=r"--trials .*t\.xlsx: name .* \.csv, \.jsonl or \.parquet"):
        check_table_file(tmp_path / "t.xlsx", "--trials")
    (tmp_path / "t.csv").write_text("mine")
    with pytest.raises(UserError, match="exists already"):
        check_table_file(tmp_path / "t.csv", "--trials")
