"""Processes that really end, and whose doing it was."""

import os
import signal

import pytest

from evomerge.workers.forks.endings import Ending, ended_for_memory, ending


def ended(end):
    """The wait status of a process that has ended so."""
    process = os.fork()
    if not process:
        try:
            if isinstance(end, signal.Signals):
                signal.signal(end, signal.SIG_DFL) if end is not signal.SIGKILL else None
                os.kill(os.getpid(), end)
        finally:
            os._exit(end)
    return os.waitpid(process, 0)[1]


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGFPE", "SIGILL"])
def test_a_crash_is_its_own(name):
    crash = Ending(f"its worker crashed ({name})", own=True)
    assert ending(ended(signal.Signals[name]), False) == crash


@pytest.mark.parametrize("code", [0, 1, 137])
def test_so_is_an_exit_whatever_its_code(code):
    assert ending(ended(code), False) == Ending(f"its worker exited with code {code}", own=True)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGBUS", "SIGHUP"])
def test_what_came_from_outside_is_not(name):
    killed = Ending(f"its worker was killed ({name})", own=False)
    assert ending(ended(signal.Signals[name]), False) == killed


def test_the_kernel_kills_for_memory_and_counts():
    out = Ending("the kernel ended its worker: the host was out of memory", own=True)
    assert ending(ended(signal.SIGKILL), True) == out
    assert not ending(ended(signal.SIGTERM), True).own
    assert ended_for_memory() >= 0


def test_what_nobody_saw_is_nobodys():
    assert not ending(None, True).own
