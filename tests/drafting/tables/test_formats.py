"""Which reader a file has."""

import pytest

from evomerge.drafting.tables.formats import READERS, read_table
from evomerge.errors import UserError
from tests.drafting.written import write_csv


def test_a_file_is_read_by_its_ending(tmp_path):
    assert set(READERS) == {".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet"}
    file = write_csv(tmp_path / "f.CSV", ["q"], [["1"]])
    assert [*read_table(file).rows] == [{"q": "1"}]


@pytest.mark.parametrize("name", ["f.xlsx", "f", "f.yaml"])
def test_other_files_are_refused_with_what_is_read(tmp_path, name):
    with pytest.raises(
        UserError, match=f"--items .*{name}: files are read whose names end in .csv"
    ):
        read_table(tmp_path / name)


def test_a_table_without_rows_is_refused(tmp_path):
    with pytest.raises(UserError, match="has no rows"):
        read_table(write_csv(tmp_path / "f.csv", ["q"], []))
