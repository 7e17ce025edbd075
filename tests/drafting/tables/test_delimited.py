"""CSV and TSV as spreadsheets and programs write them."""

import csv
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.drafting.tables.delimited import read_delimited
from evomerge.errors import EvomergeError
from tests.drafting.written import write_csv

CELLS = st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5)


@given(CELLS)
def test_every_cell_is_read_as_it_was_written(cells):
    with tempfile.TemporaryDirectory() as folder:
        file = write_csv(Path(folder, "f.csv"), ["q", "a"], cells, quoting=csv.QUOTE_ALL)
        assert [(row["q"], row["a"]) for row in read_delimited(file).rows] == cells


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("f.csv", "q,a\n1;2,3\n"),
        ("f.csv", 'q;a\n"1;2";3\n'),
        ("f.tsv", "q\ta\n1;2\t3\n"),
        ("f.CSV", "\ufeffq,a\r\n\r\n1;2,3"),
    ],
)
def test_what_parts_fields_is_found(tmp_path, name, text):
    (tmp_path / name).write_bytes(text.encode())
    table = read_delimited(tmp_path / name)
    assert (table.columns, [*table.rows]) == (("q", "a"), [{"q": "1;2", "a": "3"}])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty; its first line names"),
        (b"q,a\n1,2,3\n", "f.csv:2: has 3 fields and the first line 2; put quotes"),
        (b'q,a\n"1,2\n', "f.csv:2: unexpected end of data; is a quote not closed"),
        (b"q,q\n1,2\n", "f.csv:1: two columns have one name"),
        (b"q,\n1,2\n", "or one has none"),
        (b"q,a\n\xff,2\n", "is not UTF-8 text; save it as UTF-8"),
        (b"q,a\n" + b"x" * 200_000 + b",1\n", "field larger than field limit"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, data, why):
    (tmp_path / "f.csv").write_bytes(data)
    with pytest.raises(EvomergeError, match=why):
        read_delimited(tmp_path / "f.csv")
