"""A recipe and its tasks appear whole, over nothing, or not at all."""

import os

import pytest

from evomerge.drafting.destination import Destination
from evomerge.errors import UserError

FILES = {"f.yaml": b"task: f", "f.jsonl": b"{}"}


def files_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_both_are_there_when_they_are_kept(tmp_path):
    with Destination(tmp_path / "mine.yaml") as destination:
        destination.stage(FILES)
        assert all(name.startswith(".mine_items.partial-") for name in files_in(tmp_path))
        destination.keep("é: 1")
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == "é: 1"
    kept = ["mine.yaml", "mine_items", "mine_items/f.jsonl", "mine_items/f.yaml"]
    assert files_in(tmp_path) == kept
    assert (tmp_path / "mine_items").stat().st_mode & 0o777 == 0o755


def test_without_tasks_there_is_no_folder(tmp_path):
    with Destination(tmp_path / "mine.yml") as destination:
        destination.keep("a: 1")
    assert files_in(tmp_path) == ["mine.yml"]


@pytest.mark.parametrize("error", [UserError, KeyboardInterrupt])
def test_nothing_is_left_of_what_was_not_kept(tmp_path, error):
    with pytest.raises(error), Destination(tmp_path / "mine.yaml") as destination:
        destination.stage(FILES)
        raise error
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("taken", ["mine.yaml", "mine_items"])
def test_nothing_that_exists_is_touched(tmp_path, taken):
    (tmp_path / taken).symlink_to("nowhere")  # a link to nothing exists as well
    with pytest.raises(UserError, match=f"{taken} exists already; say another --out"):
        Destination(tmp_path / "mine.yaml")
    (tmp_path / taken).unlink()
    with pytest.raises(UserError, match="exists already"):  # noqa: SIM117
        with Destination(tmp_path / "mine.yaml") as destination:
            destination.stage(FILES)
            (tmp_path / taken).write_text("another's")
            destination.keep("a: 1")
    assert files_in(tmp_path) == [taken]
    assert (tmp_path / taken).read_text() == "another's"


def test_a_failure_half_way_leaves_neither(tmp_path, monkeypatch):
    with Destination(tmp_path / "mine.yaml") as destination:
        destination.stage(FILES)
        rename = type(tmp_path).rename

        def failing(path, target):
            if target == destination.recipe:
                raise OSError(28, "no space")
            return rename(path, target)

        monkeypatch.setattr(type(tmp_path), "rename", failing)
        with pytest.raises(OSError, match="no space"):
            destination.keep("a: 1")
    assert files_in(tmp_path) == []


def test_where_nothing_can_be_written_it_says_so(tmp_path):
    with pytest.raises(UserError, match="there is no folder"):
        Destination(tmp_path / "none" / "mine.yaml")
    with pytest.raises(UserError, match=r"ends in .yaml"):
        Destination(tmp_path / "mine")
    if os.geteuid():
        tmp_path.chmod(0o500)
        with pytest.raises(UserError, match="cannot be written to"):
            Destination(tmp_path / "mine.yaml")
