"""Signals become a clean stop at the next safe moment."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from evomerge.errors import Interrupted, Stopped, StoppedAtOnce
from evomerge.run import interrupt
from evomerge.run.interrupt import StopSignals


@pytest.fixture(autouse=True)
def _handlers():
    """Signals are caught as in a terminal, whatever starts the tests."""
    before = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize(
    "number, kind, reason",
    [
        (signal.SIGINT, Interrupted, "interrupted"),
        (signal.SIGTERM, Stopped, "terminated"),
        (signal.SIGHUP, Stopped, "its terminal was closed"),
    ],
)
def test_a_signal_stops_at_the_next_check_and_not_before(number, kind, reason):
    with StopSignals() as signals, signals.patient():
        signals.check()
        os.kill(os.getpid(), number)
        with pytest.raises(kind, match=f"^{reason}$"):
            signals.check()


def test_a_second_ctrl_c_stops_at_once():
    with pytest.raises(Stopped, match=r"^terminated$"), StopSignals() as signals, signals.patient():
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)  # schedulers may send it twice
        with pytest.raises(StoppedAtOnce):
            os.kill(os.getpid(), signal.SIGINT)
        raise StoppedAtOnce(Stopped("terminated"))


def test_where_nothing_is_at_stake_a_signal_stops_at_once():
    with pytest.raises(Stopped, match=r"^terminated$"), StopSignals():
        os.kill(os.getpid(), signal.SIGTERM)
        pytest.fail("it went on")


@pytest.mark.parametrize("number, kind", [(signal.SIGINT, Interrupted), (signal.SIGTERM, Stopped)])
def test_what_comes_to_no_check_is_interrupted_where_it_is(monkeypatch, number, kind):
    monkeypatch.setattr(interrupt, "HURRY_S", 0.05)
    with pytest.raises(kind), StopSignals() as signals, signals.patient():
        os.kill(os.getpid(), number)
        try:
            threading.Event().wait(60)  # as for the cores in a merge
        except Exception:  # whatever a judge's code catches
            pytest.fail("a stop is no error")


NEVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
ENDLESS = f"""
import os, signal, sqlite3
from evomerge.run import interrupt
interrupt.HURRY_S = interrupt.LAST_S = 0.05
with interrupt.StopSignals(lambda: print("the last", flush=True)) as signals, signals.patient():
    os.kill(os.getpid(), signal.SIGTERM)
    sqlite3.connect(":memory:").execute("{NEVER}").fetchone()
"""


def test_one_long_operation_of_a_library_is_ended_with_the_process():
    done = subprocess.run([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, timeout=60)
    assert (done.returncode, done.stdout) == (75, b"the last\n")


def test_what_is_sent_to_a_fork_does_not_stop_the_run(monkeypatch):
    """As a pool of processes does when it ends them."""
    monkeypatch.setattr(interrupt, "HURRY_S", 0.0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with StopSignals() as signals, signals.patient():
        child = os.fork()
        if not child:
            time.sleep(60)
            os._exit(0)
        os.kill(child, signal.SIGTERM)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == -signal.SIGTERM
        assert not signals._watcher.join(0.2)
        assert signals._watcher.is_alive()
        signals.check()


def test_handlers_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    with StopSignals():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_who_ignores_a_closed_terminal_goes_on_doing_so():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with StopSignals() as signals, signals.patient():
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        os.kill(os.getpid(), signal.SIGHUP)
        signals.check()
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_outside_the_main_thread_nothing_is_caught():
    before = signal.getsignal(signal.SIGTERM)
    seen = []

    def elsewhere():
        with StopSignals() as signals:
            seen.append(signal.getsignal(signal.SIGTERM))
            signals.check()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [before]
