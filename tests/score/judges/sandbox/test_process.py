"""Hostile and good programs, each in a process that has given up its rights."""

import os
import platform
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from evomerge.score.judges.sandbox import (
    Limits,
    Parts,
    ProgramEnd,
    run_program,
)
from tests.score.judges.hostile import ERRORS, LEAVING, REFUSED, SMALL, STOPPED


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_hostile_program_tries_is_refused(world, name):
    if "call(" in REFUSED[name] and platform.machine() != "x86_64":
        pytest.skip("the program has numbers of x86_64")
    outcome = run_program(Parts(world.program(REFUSED[name])), Limits(seconds=60, **SMALL))
    assert not outcome.passed
    assert re.match(ERRORS, outcome.reason), outcome.reason
    world.check()


@pytest.mark.parametrize("name", STOPPED)
def test_a_program_without_end_is_stopped(world, name):
    source, reason = STOPPED[name]
    seconds = 1 if reason.startswith("timed") else 60
    outcome = run_program(Parts(world.program(source)), Limits(seconds=seconds, **SMALL))
    assert not outcome.passed
    assert re.match(reason, outcome.reason)
    world.check()


@pytest.mark.parametrize("name", LEAVING)
def test_a_program_that_leaves_before_its_end_does_not_pass(world, name):
    source, reason = LEAVING[name]
    outcome = run_program(Parts(source), Limits(seconds=60))
    assert not outcome.passed
    assert re.search(reason, outcome.reason)
    assert outcome.reason.isprintable()
    assert len(outcome.reason) < 400
    world.check()


GOOD = {
    "empty": "",
    "imports": (
        "import math, re, json, collections, itertools, typing, heapq, datetime, random\n"
        "import functools, string, statistics, decimal, fractions, bisect, hashlib, copy, abc\n"
        "import dataclasses, enum, unittest, threading, asyncio, sqlite3, zoneinfo, tempfile"
    ),
    "temporary files": (
        "import os, tempfile\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    with tempfile.NamedTemporaryFile('w+', dir=folder) as file:\n"
        "        file.write('kept')\n        file.seek(0)\n        assert file.read() == 'kept'\n"
        "    assert os.listdir(folder) == []"
    ),
    "files beside it": (
        "import os\nopen('a', 'w').write('x' * 1000)\nos.rename('a', 'b')\n"
        "assert os.path.getsize('b') == 1000\nos.remove('b')\nassert os.listdir() == []"
    ),
    "output": "import sys\nprint('x' * 10**5)\nprint('x', file=sys.stderr)",
    "no input": "import sys\nassert sys.stdin.read() == ''",
    "alarm": (
        "import signal, time\ndef ring(*_): raise TimeoutError\n"
        "signal.signal(signal.SIGALRM, ring)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01)\n"
        "try: time.sleep(60)\nexcept TimeoutError: pass"
    ),
    "is the main program": (
        "import dataclasses, sys\n@dataclasses.dataclass\nclass A:\n    x: int = 1\n"
        "assert sys.modules['__main__'].A() == A() and __name__ == '__main__'\n"
        "assert __import__('sys').argv == ['program.py']"
    ),
    "unittest": (
        "import unittest\nclass Sum(unittest.TestCase):\n"
        "    def test_sum(self): self.assertEqual(1 + 1, 2)\n"
        "assert unittest.main(exit=False).result.testsRun == 1"
    ),
    "its own exception, caught": "try:\n    raise SystemExit\nexcept SystemExit: pass",
    "annotations are objects": "def f(x: int): pass\nassert f.__annotations__ == {'x': int}",
    "memory within the limit": "assert len(bytearray(2**27)) == 2**27",
    "another encoding": "# coding: latin-1\nassert 'é' == chr(0xc3) + chr(0xa9)",
}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_program_passes(world, name):
    assert run_program(Parts(GOOD[name]), Limits(seconds=60)) == ProgramEnd(True, "")
    world.check()


@pytest.mark.parametrize(
    "source",
    [
        "import os\nassert not any('secret' in value for value in os.environ.values())",
        "import os\nassert not {'PATH', 'USER', 'HF_TOKEN'} & set(os.environ)",
        "import os\nassert not any(os.isatty(descriptor) for descriptor in range(64))",
        "import sys\nassert not any('site-packages' in path for path in sys.path)",
    ],
)
def test_a_program_is_told_nothing_of_the_machine(world, source):
    assert run_program(Parts(source), Limits(seconds=60)) == ProgramEnd(True, "")


def test_no_descriptor_of_the_runner_is_left_open(world):
    secret = os.open(world.outside / "secret.txt", os.O_RDONLY)
    os.set_inheritable(secret, True)
    source = (
        "import os, stat\nread = b''\nfor descriptor in range(256):\n    try:\n"
        "        if stat.S_ISREG(os.fstat(descriptor).st_mode): read += os.read(descriptor, 1000)\n"
        "    except OSError: pass\nassert read == b''"
    )
    try:
        assert run_program(Parts(source), Limits(seconds=60)) == ProgramEnd(True, "")
    finally:
        os.close(secret)


def test_sets_have_one_order():
    seeded = [sys.executable, "-c", "print(hash('evomerge'))"]
    known = subprocess.check_output(seeded, env={"PYTHONHASHSEED": "0"}, text=True)
    assert run_program(Parts(f"assert hash('evomerge') == {known}"), Limits(seconds=60)).passed


def test_a_program_dies_with_the_process_that_started_it(world):
    script = (
        "import tempfile\n"
        f"tempfile.tempdir = {str(world.temporary)!r}\n"
        "from evomerge.score.judges.sandbox import Limits, Parts, run_program\n"
        'slow = Parts(\'import time; open("started", "w"); time.sleep(600)\')\n'
        "run_program(slow, Limits(seconds=600))"
    )
    runner = subprocess.Popen([sys.executable, "-c", script])
    while not list(world.temporary.glob("*/started")):
        assert runner.poll() is None
    assert len(world.left_over()) == 2  # the answer's process, and that of its checks
    runner.kill()
    runner.wait()
    while world.left_over():
        pass


def test_an_interrupted_run_leaves_nothing(world):
    def interrupt():
        while not list(world.temporary.glob("*/started")):
            pass
        os.kill(os.getpid(), signal.SIGINT)

    source = "import time\nopen('started', 'w')\ntime.sleep(600)"
    with ThreadPoolExecutor() as pool, pytest.raises(KeyboardInterrupt):
        pool.submit(interrupt)
        run_program(Parts(source), Limits(seconds=600))
    world.check()
