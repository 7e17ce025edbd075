import os

import pytest

from evomerge.errors import RunFolderError
from evomerge.ledger import FILE, Ledger
from evomerge.ui.runs import OPEN, Runs
from tests.page.folders import add_candidate, write_run, write_stopped


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "group" / "late").mkdir(parents=True)
    (tmp_path / "early").mkdir()
    write_run(tmp_path / "early")
    write_stopped(tmp_path / "group" / "late")
    os.utime(tmp_path / "early" / FILE, (1, 1))
    return tmp_path


def test_runs_are_found_in_folders_and_the_last_one_stands_first(folder):
    listed = Runs(folder).listed()

    assert [(run.name, run.state) for run in listed] == [
        ("group/late", "stopped"),
        ("early", "finished"),
    ]
    assert listed[1].headline.startswith("promoted")


def test_a_run_can_be_named_itself(folder):
    (run,) = Runs(folder / "early").listed()
    assert run.name == "early"


def test_one_that_is_damaged_is_listed_with_the_reason(folder):
    (folder / "early" / FILE).write_bytes(b"no ledger at all" * 100)

    by_name = {run.name: run for run in Runs(folder).listed()}

    assert by_name["early"].state == "unreadable"
    assert "not a ledger, or damaged" in by_name["early"].headline


@pytest.mark.parametrize("name", ["absent", "../outside", "", "/etc"])
def test_no_other_folder_is_opened(folder, name):
    with pytest.raises(RunFolderError, match="holds no run of the name"):
        Runs(folder).view(name)


def test_what_is_new_is_told_once(folder):
    runs = Runs(folder)
    first = runs.since("group/late", None)
    assert runs.since("group/late", first.revision) is None

    with Ledger(folder / "group" / "late", create=True) as ledger:
        add_candidate(ledger, 2)

    second = runs.since("group/late", first.revision)
    assert second.evaluations == first.evaluations + 1
    assert len(runs.content("group/late").figures["course"]) == 1


def test_only_so_many_are_held_open(tmp_path):
    names = [f"run{n}" for n in range(OPEN + 2)]
    for name in names:
        (tmp_path / name).mkdir()
        Ledger(tmp_path / name, create=True).close()
    runs = Runs(tmp_path)

    for name in names:
        runs.view(name)

    assert [*runs._open] == names[2:]
