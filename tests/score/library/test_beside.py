"""Data are looked for in the working directory, and beside the task."""

import pytest

from evomerge.score.library.beside import missing_data, with_data_beside


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A task's folder with data; the working directory is another one."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "rows.jsonl").write_text("{}")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x")
    return tmp_path


def config(path="json", **options):
    return {"dataset_path": path, "dataset_kwargs": options}


@pytest.mark.parametrize(
    "given, found",
    [
        ({"test": "rows.jsonl"}, {"test": "{folder}/rows.jsonl"}),
        (["rows.jsonl", "data/*.csv"], ["{folder}/rows.jsonl", "{folder}/data/*.csv"]),
        ("nowhere.jsonl", None),
        ("https://x/rows.jsonl", None),
        ("/rows.jsonl", None),
    ],
)
def test_files_and_patterns_beside_the_task_are_found(folder, given, found):
    changed = with_data_beside(config(data_files=given), folder)
    if found is None:
        assert changed == {}
    else:
        assert str(changed["dataset_kwargs"]["data_files"]) == str(found).replace(
            "{folder}", str(folder)
        )


def test_what_is_in_the_working_directory_is_taken_from_there(folder):
    (folder / "elsewhere" / "rows.jsonl").write_text("{}")
    assert with_data_beside(config(data_files="rows.jsonl"), folder) == {}


def test_a_folder_of_data_is_found_and_a_reader_is_none(folder):
    assert with_data_beside({"dataset_path": "data"}, folder) == {
        "dataset_path": str(folder / "data")
    }
    assert with_data_beside({"dataset_path": "csv"}, folder) == {}
    changed = with_data_beside(config("csv", data_dir="data", data_files="a.csv"), folder)
    assert changed["dataset_kwargs"] == {"data_dir": str(folder / "data"), "data_files": "a.csv"}


def test_what_is_nowhere_is_named(folder):
    files = {"train": "no.jsonl", "test": ["none.jsonl", "https://x/y"]}
    assert missing_data(config(data_files=files)) == ["no.jsonl", "none.jsonl"]
    assert missing_data(config(data_dir="no")) == ["no"]
    assert missing_data(config("csv", data_dir=str(folder / "data"), data_files="a.csv")) == []
    assert missing_data({"dataset_path": "org/fetched", "dataset_kwargs": files}) == []
