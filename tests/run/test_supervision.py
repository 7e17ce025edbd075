"""A run is resumed until it is finished, or until that is in vain."""

import os
import signal
import sys
import threading

import pytest

from evomerge.errors import EvomergeError, Stopped, UserError
from evomerge.ledger import BudgetRaised, Cautioned, CycleEnded, Ledger, RunStopped
from evomerge.run import supervision
from evomerge.run.supervision import Pauses, until_finished

QUICK = Pauses(first_s=0.01, factor=2, most_s=0.05, resumes=3)

RUN = """
import sys
from pathlib import Path
from evomerge.ledger import CycleEnded, Ledger, RunStopped
folder, ends = Path(sys.argv[2]), {ends!r}
done = len((folder / "calls").read_text()) if (folder / "calls").exists() else 0
(folder / "calls").write_text("x" * (done + 1))
(folder / "options").write_text(" ".join(sys.argv[3:]))
further, code = ends[min(done, len(ends) - 1)]
with Ledger(folder, create=True) as ledger:
    ledger.record(CycleEnded(done, 1, 0) if further else RunStopped("no room"))
if code < 0:
    import os
    os.kill(os.getpid(), -code)
sys.exit(code)
"""
"""Stands in for a resumed run: how each ends is given."""


@pytest.fixture
def folder(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(Cautioned(("begun",)))
    return tmp_path


def calls(folder):
    return len((folder / "calls").read_text())


def ending(monkeypatch, *ends):
    monkeypatch.setattr(supervision, "MAIN", RUN.format(ends=ends))


def test_stops_and_crashes_are_resumed_as_long_as_the_run_gets_further(folder, monkeypatch):
    ending(monkeypatch, (True, 75), (True, -signal.SIGKILL), (False, 1), (True, 1), (False, 0))
    told = []
    until_finished(folder, [], {}, told.append, QUICK)
    assert calls(folder) == 5
    assert [line.partition("the run ")[2] for line in told] == [
        "stopped early; it is resumed in 0.01 s",
        "was killed (Killed); it is resumed in 0.01 s",
        "ended with status 1; it is resumed in 0.02 s",
        "ended with status 1; it is resumed in 0.01 s",
    ]


def test_what_gets_no_further_is_given_up_with_the_reason(folder, monkeypatch):
    ending(monkeypatch, (True, 75), (False, 75))
    with pytest.raises(EvomergeError, match=r"given up: 3 resumes in a row .* stopped early"):
        until_finished(folder, [], {}, lambda line: None, QUICK)
    assert calls(folder) == 4


def test_pauses_grow_up_to_a_limit():
    assert [QUICK.pause_s(n) for n in range(5)] == [0.01, 0.02, 0.04, 0.05, 0.05]


def test_what_the_user_must_mend_is_not_tried_again(folder, monkeypatch):
    ending(monkeypatch, (False, 2))
    with pytest.raises(UserError, match="cannot be resumed"):
        until_finished(folder, [], {}, lambda line: None, QUICK)
    assert calls(folder) == 1


def test_a_budget_is_raised_once(folder, monkeypatch):
    ending(monkeypatch, (True, 75), (True, 75), (False, 0))
    heard = []

    def say(line):
        heard.append((folder / "options").read_text())
        if len(heard) == 1:  # the first was killed before it had recorded the larger budget
            with Ledger(folder, create=True) as ledger:
                ledger.record(BudgetRaised({"evaluations": 40, "minutes": None}, 0.0))

    until_finished(folder, ["--force"], {"evaluations": 40}, say, QUICK)
    heard.append((folder / "options").read_text())
    assert heard == ["--force --evaluations 40", "--force --evaluations 40", "--force"]


@pytest.mark.parametrize("ends", ["time.sleep(600)", "sys.exit(75)"])
def test_a_signal_stops_the_run_and_its_supervision(folder, monkeypatch, ends):
    """While the run goes on, which is told; and between two resumes."""
    code = "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(75))"
    monkeypatch.setattr(supervision, "MAIN", f"{code}; {ends}")
    before = signal.getsignal(signal.SIGTERM)
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM)).start()
    with pytest.raises(Stopped, match="not resumed any more"):
        until_finished(folder, [], {}, lambda line: None, Pauses(first_s=600))
    assert signal.getsignal(signal.SIGTERM) is before


def test_progress_is_what_was_scored_and_decided(folder):
    before = supervision._reached(folder, 0)
    with Ledger(folder, create=True) as ledger:
        ledger.record(RunStopped("no room"))
    assert supervision._reached(folder, before) == before
    with Ledger(folder, create=True) as ledger:
        number = ledger.record(CycleEnded(0, 1, 0)).number
    assert supervision._reached(folder, before) == number
    assert sys.executable in supervision._resuming(folder, [], {})
