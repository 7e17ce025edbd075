"""A task's data are looked at before a library opens them: what would hang, fill or end it."""

import gzip
import json
import os

import pyarrow
import pyarrow.parquet
import pytest

from evomerge.errors import RecipeError
from evomerge.score.library import data_files
from evomerge.score.library.data_files import check_data, named_data


def config(file, reader="json"):
    options = {"data_files": {"test": str(file)}}
    return {"dataset_path": reader, "dataset_kwargs": options}


def pipe(file):
    os.mkfifo(file)


def device(file):
    file.symlink_to("/dev/zero")


def sparse(file):
    with file.open("wb") as stream:
        stream.truncate(4 << 40)


def packed(file):
    file.write_bytes(gzip.compress(b'{"q": 1}\n'))


def table(rows):
    """A column that takes a thousandth of the room on the disk."""
    places, text = pyarrow.array([0] * rows, pyarrow.int32()), pyarrow.array(["x" * 1000])
    return pyarrow.table({"q": pyarrow.DictionaryArray.from_arrays(places, text)})


HOSTILE = {
    "a pipe": (pipe, "is a pipe, a device or a socket"),
    "a device": (device, "is a pipe, a device or a socket"),
    "of terabytes": (sparse, r"larger than the 100 MB .*--include-path"),
    "packed": (packed, r"is packed \(gzip\)"),
    "a list in a list": (lambda f: f.write_text('{"q": ' + "[" * 10**5), "JSON"),
    "deep": (lambda f: f.write_text('{"q": ' + "[" * 99 + "]" * 99 + "}"), "nested deeper"),
    "half a character": (lambda f: f.write_text('{"q": "\\ud800"}'), "lone surrogate"),
    "bytes": (lambda f: f.write_bytes(b'{"q": "\xff"}'), "not UTF-8"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_file_of_data_is_told(tmp_path, name):
    make, told = HOSTILE[name]
    file = tmp_path / "rows.jsonl"
    make(file)
    with pytest.raises(RecipeError, match=told) as error:
        check_data(config(file), trusted=False)
    assert str(file) in str(error.value)


def test_what_the_user_trusts_may_be_large_and_packed_but_no_pipe(tmp_path):
    for name, make in {"large": sparse, "packed": packed}.items():
        make(tmp_path / name)
        check_data(config(tmp_path / name), trusted=True)
    pipe(tmp_path / "pipe")
    with pytest.raises(RecipeError, match="pipe"):
        check_data(config(tmp_path / "pipe"), trusted=True)


@pytest.mark.parametrize("reader", ["json", "csv", "text"])
def test_small_files_of_text_start_no_process(tmp_path, monkeypatch, reader):
    started = []
    monkeypatch.setattr(data_files, "Confined", lambda *_, **__: started.append)
    file = tmp_path / "rows"
    file.write_text('{"q": "one", "choices": ["a", "b"]}\n\n{"q": "two"}\n')
    check_data(config(file, reader), trusted=False)
    assert started == []
    check_data(config(file, "parquet"), trusted=False)
    assert [one["dataset_path"] for one in started] == ["parquet"]


def test_large_files_and_tables_are_read_in_another_process(tmp_path, monkeypatch):
    file = tmp_path / "rows.parquet"
    pyarrow.parquet.write_table(table(5000), file)
    check_data(config(file, "parquet"), trusted=False)
    monkeypatch.setattr(data_files, "MOST_BYTES", 10**5)
    with pytest.raises(RecipeError, match="unfolds to more than"):
        check_data(config(file, "parquet"), trusted=False)


def test_json_that_ends_arrow_ends_a_process_of_its_own(tmp_path):
    file = tmp_path / "rows.json"
    file.write_text('{"q":\n' + "[" * 10**5 + "]" * 10**5 + "}")
    with pytest.raises(RecipeError, match="ends the process, as deeply nested JSON does"):
        check_data(config(file), trusted=False)


def test_columns_have_a_number(tmp_path, monkeypatch):
    monkeypatch.setattr(data_files, "MOST_COLUMNS", 5)
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({f"k{n}": n for n in range(6)}))
    with pytest.raises(RecipeError, match="has 6 columns, of which 5 are read"):
        check_data(config(file), trusted=False)
    for rows in ([{f"k{n}": 1} for n in range(6)], [{"a": [{f"k{n}": 1 for n in range(6)}]}]):
        file.write_text("\n".join(map(json.dumps, rows)))
        assert not data_files._is_harmless(file, "json")


def test_columns_that_name_files_are_refused(tmp_path):
    """Arrow keeps what `datasets` makes of a column; of an image it opens the path in the data."""
    image = {"info": {"features": {"q": {"_type": "Image"}}}}
    kind = pyarrow.struct({"bytes": pyarrow.binary(), "path": pyarrow.string()})
    rows = pyarrow.array([{"bytes": None, "path": "/etc/passwd"}], kind)
    schema = pyarrow.schema({"q": kind}, {"huggingface": json.dumps(image)})
    file = tmp_path / "rows.parquet"
    pyarrow.parquet.write_table(pyarrow.table([rows], schema=schema), file)
    with pytest.raises(RecipeError, match="q is no text and no number, but files or addresses"):
        check_data(config(file, "parquet"), trusted=False)


def test_a_folder_is_read_as_what_is_in_it(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.jsonl").write_text('{"q": 1}')
    check_data({"dataset_path": str(tmp_path / "data")}, trusted=False)
    (tmp_path / "data" / "rows.jsonl").unlink()
    (tmp_path / "data" / "rows.xml").write_text("<a/>")
    with pytest.raises(RecipeError, match="is read as xml, which is none of arrow, csv"):
        check_data({"dataset_path": str(tmp_path / "data")}, trusted=False)


def test_what_is_the_hub_s_is_no_file_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [*named_data({"dataset_path": "a/b", "dataset_kwargs": {"data_files": "x"}})] == []
    assert [*named_data({"dataset_path": "json", "dataset_kwargs": {"data_files": "x"}})] == [
        ("data_files", "x")
    ]


def test_a_folder_s_card_names_no_file_elsewhere(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "secret.json").write_text('{"q": 1}')
    card = "configs: [{config_name: default, data_files: [{split: test, path: ../secret.json}]}]"
    (tmp_path / "data" / "README.md").write_text(f"---\n{card}\n---\n")
    with pytest.raises(RecipeError, match=r"names a file elsewhere \(.*secret.json\)"):
        check_data({"dataset_path": str(tmp_path / "data")}, trusted=False)
