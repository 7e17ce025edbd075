"""Signals become a clean stop at the next safe moment."""

import os
import signal
import threading

import pytest

from evomerge.errors import Interrupted, Stopped
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
    with StopSignals() as signals:
        signals.check()
        os.kill(os.getpid(), number)
        with pytest.raises(kind, match=f"^{reason}$"):
            signals.check()


def test_a_second_ctrl_c_ends_at_once():
    with pytest.raises(KeyboardInterrupt), StopSignals():
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)


def test_handlers_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    with StopSignals():
        assert signal.getsignal(signal.SIGTERM) != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_who_ignores_a_closed_terminal_goes_on_doing_so():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with StopSignals() as signals:
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
