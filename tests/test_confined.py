"""A function that may take so much time and memory, and then is no more."""

import os
import signal
import subprocess
import sys

import pytest

from evomerge.confined import Confined, Exceeded


def endless(_):
    while True:
        pass


def growing(count):
    return len("a" * count)


def raising(name):
    raise {"key": KeyError, "lookup": IndexError, "other": OSError}[name]("what")


def test_it_gives_what_the_function_gives():
    call = Confined(lambda *values: [*values])
    assert call(1, "é\ud800", None) == [1, "é\ud800", None]
    assert call() == []


def test_it_is_a_process_of_its_own_that_stays():
    call = Confined(os.getpid)
    first = call()
    assert first != os.getpid()
    assert call() == first


def test_memory_has_an_end():
    call = Confined(growing)
    with pytest.raises(Exceeded, match="MB"):
        call(10**10)
    assert call(10) == 10


def test_time_has_an_end():
    call = Confined(lambda loops: endless(0) if loops else 1, seconds=0.05)
    with pytest.raises(Exceeded, match=r"takes more than 0\.05 s"):
        call(True)
    assert call(False) == 1


def test_a_process_that_somebody_killed_is_replaced():
    call = Confined(os.getpid)
    os.kill(call(), signal.SIGKILL)
    with pytest.raises(Exceeded):
        call()
    assert call() != os.getpid()


def test_known_errors_are_passed_on():
    call = Confined(raising, (LookupError,))
    with pytest.raises(LookupError, match="what"):
        call("key")
    with pytest.raises(LookupError, match="what"):
        call("lookup")
    with pytest.raises(RuntimeError, match="what"):
        call("other")


def test_an_answer_has_a_limit(monkeypatch):
    monkeypatch.setattr("evomerge.confined.ANSWER", 100)
    with pytest.raises(Exceeded):
        Confined(lambda: "a" * 200)()


def test_no_file_of_the_first_process_is_open_there(tmp_path):
    with (tmp_path / "lock").open("w"):
        call = Confined(
            lambda: [
                os.readlink(f"/proc/self/fd/{n}")
                for n in os.listdir("/proc/self/fd")
                if os.path.exists(f"/proc/self/fd/{n}")
            ]
        )
        assert str(tmp_path / "lock") not in call()


def test_it_ends_with_the_process_that_asks():
    program = (
        "import os, signal\nfrom evomerge.confined import Confined\n"
        "print(Confined(os.getpid)(), flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    child = int(said.stdout)
    for _ in range(1000):
        try:
            os.kill(child, 0)
            with open(f"/proc/{child}/stat") as stream:
                if stream.read().split(") ")[1][0] == "Z":
                    return
        except (ProcessLookupError, FileNotFoundError):
            return
        os.sched_yield()
    raise AssertionError(f"{child} still runs")
