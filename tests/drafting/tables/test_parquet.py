"""Parquet as a table, of which JSON can hold the values."""

import datetime

import pyarrow
import pyarrow.parquet
import pytest

from evomerge.drafting.tables.parquet import read_parquet
from evomerge.errors import EvomergeError


def write(path, **columns):
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    return path


def test_texts_numbers_lists_and_structs_are_read_and_nothing_else(tmp_path):
    turns = [[{"role": "user", "content": "1969-07-20"}], []]
    day = datetime.date(2020, 1, 1)
    file = write(
        tmp_path / "f.parquet",
        question=["007", None],
        number=[1, 2],
        words=pyarrow.array(["a", "b"]).dictionary_encode(),
        messages=turns,
        image=[b"1", b"2"],
        day=[day, day],
    )
    table = read_parquet(file)
    assert table.columns == ("question", "number", "words", "messages")
    assert [*table.rows] == [
        {"question": "007", "number": 1, "words": "a", "messages": turns[0]},
        {"question": None, "number": 2, "words": "b", "messages": []},
    ]


def test_damaged_files_are_told(tmp_path):
    file = tmp_path / "f.parquet"
    file.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(EvomergeError, match=r"f.parquet: cannot be read as Parquet"):
        read_parquet(file)
    with pytest.raises(EvomergeError, match="cannot be read"):
        read_parquet(tmp_path / "none.parquet")


def test_what_unfolds_beyond_all_measure_is_refused(tmp_path):
    file = write(tmp_path / "f.parquet", question=pyarrow.array(["x" * 1000] * 100_000))
    assert file.stat().st_size < 100_000
    with pytest.raises(EvomergeError, match=r"f.parquet: to read it takes more than"):
        read_parquet(file)
