"""A run's folder: one run at a time, one recipe for ever."""

import json

import pytest

from evomerge.errors import RunFolderError
from evomerge.ledger import FILE, Lock
from evomerge.reading.manifest import MANIFEST_FILE
from evomerge.run.folder.folder import RunFolder


def model(folder, sha256):
    folder.mkdir(parents=True)
    (folder / MANIFEST_FILE).write_text(json.dumps({"tensors": {"w": sha256}}))
    return folder


def test_a_folder_is_made_when_it_is_opened_and_belongs_to_one_process(tmp_path):
    folder = RunFolder(tmp_path / "a" / "run")
    assert not (tmp_path / "a").exists()
    with folder as opened:
        assert (opened.path / FILE).is_file()
        with pytest.raises(RunFolderError, match="in use by process"):
            RunFolder(tmp_path / "a" / "run")
    RunFolder(tmp_path / "a" / "run")


@pytest.mark.parametrize(
    "stands, problem",
    [("file", "is a file, not a folder"), ("thesis", "holds something other than a run")],
)
def test_what_is_no_run_is_left_alone(tmp_path, stands, problem):
    place = tmp_path / "run"
    if stands == "file":
        place.write_text("…")
    else:
        place.mkdir()
        (place / "thesis.tex").write_text("…")
    with pytest.raises(RunFolderError, match=problem):
        RunFolder(place)


def test_a_folder_with_a_lock_alone_is_begun(tmp_path):
    lock = Lock(tmp_path)
    lock.release()
    with RunFolder(tmp_path) as folder:
        assert folder.ledger.events() == []


def test_where_models_are_released(tmp_path):
    folder = RunFolder(tmp_path)
    assert folder.winner == tmp_path / "winner"
    assert folder.released(2) == tmp_path / "finalists" / "2"
    assert folder.elites == tmp_path / "elites"


def test_a_winner_of_other_weights_is_kept_and_the_same_is_replaced(tmp_path):
    folder = RunFolder(tmp_path / "run")
    model(folder.winner, "one")
    same = model(folder.path / ".made", "one")
    (same / "new").touch()
    folder.release(same, folder.winner)
    assert (folder.winner / "new").exists()
    assert not (folder.path / "earlier").exists()
    for number in (1, 2):
        folder.release(model(folder.path / ".made", f"other {number}"), folder.winner)
        kept = json.loads((folder.path / "earlier" / str(number) / MANIFEST_FILE).read_text())
        assert kept["tensors"]["w"] == ("one" if number == 1 else "other 1")
    assert not (folder.path / ".made").exists()
