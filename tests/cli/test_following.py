"""A run followed from another process."""

import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from evomerge.cli.following import follow
from evomerge.errors import RunFolderError
from evomerge.ledger import Ledger, Lock
from evomerge.report.view import RunState
from tests.report.history import ENDED, PROVED, SEARCHED

FACTS = [*SEARCHED[:13], *SEARCHED[15:], *PROVED, *ENDED[:1]]
"""Of one session, from its beginning to its end."""


class Run:
    """A run whose records this process writes, in a folder that it holds."""

    def __init__(self, folder):
        self._held = Lock(folder)
        self._ledger = Ledger(folder, create=True)

    def record(self, facts):
        for what in facts:
            self._ledger.record(what)

    def end(self):
        self._ledger.close()
        self._held.release()


def without_times(text):
    lines = (re.sub(r", about \d+ \w+ left|, [\d,.]+ items/s", "", line) for line in text)
    return [re.sub(r"^\[ *[\d.]+ s\] ", "", line) for line in lines]


def test_a_run_is_told_change_by_change_until_it_ends(tmp_path, capsys):
    begun = threading.Event()

    def go_on():
        run = Run(tmp_path)
        run.record(FACTS[:7])
        begun.set()
        time.sleep(1.0)
        run.record(FACTS[7:])
        run.end()

    writer = threading.Thread(target=go_on)
    writer.start()
    begun.wait()
    view = follow(tmp_path)
    writer.join()
    assert (view.state, view.release.weights_sha256) == (RunState.FINISHED, "5eed")
    lines = without_times(capsys.readouterr().out.splitlines())
    assert lines[0] == "scoring parents: 3 of 3 parents"
    told = [
        "the search ended after 3 of 3 evaluations",
        "winner of 2 finalists: 0.625 on 4 validation items",
        "the sealed items are opened: opening 2",
    ]
    # What stands between them depends on when the folder was looked at.
    assert [line for line in lines if line in told] == told


def test_a_run_that_goes_on_no_more_is_told_once(tmp_path, capsys):
    run = Run(tmp_path)
    run.record(SEARCHED)
    run.end()
    assert follow(tmp_path).state is RunState.STOPPED
    assert len(capsys.readouterr().out.splitlines()) == 1
    with pytest.raises(RunFolderError, match="not a run folder"):
        follow(tmp_path / "nowhere")


def in_terminal(folder, **variables):
    """`status --watch` in a terminal of 40 columns: its process, and the terminal's other end."""
    ours, theirs = pty.openpty()
    code = "from evomerge.cli.main import main; main()"
    command = [sys.executable, "-c", code, "status", str(folder), "--watch"]
    env = {**os.environ, "COLUMNS": "40", "LINES": "30", **variables}
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    return process, ours


def read_until(terminal, text):
    seen = ""
    while text is None or text not in seen:
        try:
            seen += os.read(terminal, 65536).decode()
        except OSError:  # its other end is closed
            break
    return seen


@pytest.mark.parametrize(("term", "is_live"), [("xterm", True), ("dumb", False)])
def test_a_terminal_shows_it_live_if_it_can_and_ctrl_c_ends_it(tmp_path, term, is_live):
    run = Run(tmp_path)
    run.record(SEARCHED[:10])
    process, terminal = in_terminal(tmp_path, TERM=term)
    seen = read_until(terminal, "3 of 3 parents")
    process.send_signal(signal.SIGINT)
    seen += read_until(terminal, None)
    assert process.wait() == 130
    assert ("\x1b[?25l" in seen) == is_live
    assert seen.count("\x1b[?25h") == seen.count("\x1b[?25l"), "the cursor is there again"
    assert "interrupted" in seen
    run.end()
