"""What a killed session has left running is found by its mark, and nothing else is."""

import os
import signal
import subprocess
import sys

import pytest

from evomerge.errors import RunFolderError
from evomerge.run.folder.folder import RunFolder
from evomerge.run.folder.processes import FILE, VARIABLE, SessionMark, end_marked, end_orphans

SLEEPER = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]
SESSION = f"""
import subprocess, sys, time
from pathlib import Path
from evomerge.errors import RunFolderError
from evomerge.run.folder.folder import RunFolder
with RunFolder(Path(sys.argv[1])):
    left = subprocess.Popen({SLEEPER!r}, stdout=subprocess.PIPE, start_new_session=True)
    left.stdout.readline()
    print(left.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def foreign():
    """A process that nobody here has marked."""
    process = subprocess.Popen(SLEEPER, stdout=subprocess.PIPE)
    process.stdout.readline()
    yield process
    process.kill()
    process.communicate()


def runs(process):
    try:
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_orphans_of_a_killed_session_are_ended_by_the_next(tmp_path, foreign):
    command = [sys.executable, "-c", SESSION, tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as session:
        left = int(session.stdout.readline())
        session.kill()
    assert runs(left)
    with RunFolder(tmp_path) as folder:
        assert folder.orphans == 1
    assert not runs(left)
    assert foreign.poll() is None


def test_a_session_that_ends_leaves_no_mark(tmp_path):
    with RunFolder(tmp_path):
        assert (tmp_path / FILE).is_file()
        assert os.environ[VARIABLE]
    assert not (tmp_path / FILE).exists()
    assert VARIABLE not in os.environ
    assert end_orphans(tmp_path) == 0


def test_a_session_in_a_session_gives_the_outer_mark_back(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "outer")
    mark = SessionMark(tmp_path)
    mark.set()
    assert os.environ[VARIABLE] == mark.name
    mark.remove()
    assert os.environ[VARIABLE] == "outer"


@pytest.mark.parametrize("noted", ["", "{", "[]", '{"mark": ""}', '{"mark": "of nobody"}'])
def test_what_names_no_process_ends_none(tmp_path, foreign, noted):
    (tmp_path / FILE).write_text(noted)
    assert end_orphans(tmp_path) == 0
    assert foreign.poll() is None


def test_what_is_marked_is_ended_with_what_it_starts(monkeypatch):
    monkeypatch.setenv(VARIABLE, "a mark of this test")
    code = f"import subprocess; subprocess.Popen({SLEEPER!r}); subprocess.run({SLEEPER!r})"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.readline()
        assert end_marked("a mark of this test") == 3
        assert process.wait(10) == -signal.SIGKILL


def test_who_runs_in_a_folder_is_told(tmp_path):
    with RunFolder(tmp_path), pytest.raises(RunFolderError, match=f"process {os.getpid()} on "):
        RunFolder(tmp_path)
