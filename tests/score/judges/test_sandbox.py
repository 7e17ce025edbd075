import os
import platform
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import UserError
from evomerge.score.judges.sandbox import (
    Limits,
    ProgramEnd,
    process,
    require_sandbox,
    run_program,
    run_programs,
    syscalls,
)
from evomerge.score.judges.sandbox.folder import holds_more, temporary_folder
from tests.score.judges.hostile import CALL, LEAVING, REFUSED, STOPPED

ERRORS = r"exit status 1: (PermissionError|BlockingIOError|OSError|RuntimeError|MemoryError|"
ERRORS += r"AssertionError|gaierror|ValueError: not allowed to raise)"
SMALL = {"written": 8 * 2**20, "memory": 256 * 2**20}


@pytest.fixture(scope="module", autouse=True)
def _sandbox():
    try:
        require_sandbox()
    except UserError as error:
        pytest.skip(str(error))


class World:
    """What a program could harm: files, sockets, the process that runs it, and the machine."""

    def __init__(self, folder, monkeypatch):
        self.outside = folder / "outside"
        (self.outside / "folder").mkdir(parents=True)
        (self.outside / "secret.txt").write_text("secret")
        (self.outside / "script.sh").write_text(f"#!/bin/sh\ntouch {self.outside}/new\n")
        (self.outside / "script.sh").chmod(0o755)
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(self.temporary))
        monkeypatch.setenv("OPENAI_API_KEY", "secret")
        self.signals = []
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.udp = socket.socket(type=socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        self.name = f"evomerge-{os.getpid()}-{id(self)}"
        self.stream = socket.socket(socket.AF_UNIX)
        self.stream.bind("\0" + self.name)
        self.stream.listen()
        self.before = self.state()

    def program(self, source):
        names = {
            "OUTSIDE": str(self.outside),
            "PARENT": os.getpid(),
            "PORT": self.tcp.getsockname()[1],
            "DATAGRAMS": self.udp.getsockname()[1],
            "SOCKET": self.name,
        }
        return "\n".join(f"{name} = {value!r}" for name, value in names.items()) + "\n" + source

    def state(self):
        paths = [self.outside, *sorted(self.outside.rglob("*"))]
        library = [Path(os.__file__), Path(re.__file__).parents[1] / "json/__init__.py"]
        stats = [path.stat() for path in paths + library]
        return (
            paths,
            [(s.st_mode, s.st_uid, s.st_size, s.st_mtime_ns, s.st_nlink) for s in stats],
            os.getpriority(os.PRIO_PROCESS, 0),
            os.sched_getaffinity(0),
            [name for name in os.listdir("/dev/shm") if "evomerge" in name],
            socket.gethostname(),
        )

    def check(self):
        assert self.state() == self.before
        assert self.signals == []
        assert list(self.temporary.iterdir()) == []
        assert self.left_over() == []
        for listening in (self.tcp, self.udp, self.stream):
            listening.setblocking(False)
            with pytest.raises(BlockingIOError):
                listening.recv(1) if listening is self.udp else listening.accept()

    def left_over(self):
        """Processes with a program's folder in their environment, as its descendants have it."""
        mark, found = os.fsencode(self.temporary), []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in path.read_bytes():
                    found.append(path)
            except OSError:
                continue
        return found

    def close(self):
        for listening in (self.tcp, self.udp, self.stream):
            listening.close()


@pytest.fixture
def world(tmp_path, monkeypatch):
    world = World(tmp_path, monkeypatch)
    handler = signal.signal(signal.SIGUSR1, lambda number, _: world.signals.append(number))
    yield world
    signal.signal(signal.SIGUSR1, handler)
    world.close()


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_hostile_program_tries_is_refused(world, name):
    if "call(" in REFUSED[name] and platform.machine() != "x86_64":
        pytest.skip("the program has numbers of x86_64")
    outcome = run_program(world.program(REFUSED[name]), Limits(seconds=60, **SMALL))
    assert not outcome.passed
    assert re.match(ERRORS, outcome.reason), outcome.reason
    world.check()


@pytest.mark.parametrize("name", STOPPED)
def test_a_program_without_end_is_stopped(world, name):
    source, reason = STOPPED[name]
    seconds = 1 if reason.startswith("timed") else 60
    outcome = run_program(world.program(source), Limits(seconds=seconds, **SMALL))
    assert not outcome.passed
    assert re.match(reason, outcome.reason)
    world.check()


@pytest.mark.parametrize("name", LEAVING)
def test_a_program_that_leaves_before_its_end_does_not_pass(world, name):
    source, reason = LEAVING[name]
    outcome = run_program(source, Limits(seconds=60))
    assert not outcome.passed
    assert re.search(reason, outcome.reason)
    assert outcome.reason.isprintable()
    assert len(outcome.reason) < 400
    world.check()


HELD_BY_LANDLOCK = """write outside|append outside|write upwards|write by a descriptor of a folder
poison the library|read outside|read the accounts|list outside|list the root|list a home
delete outside|delete a folder outside|move out|move in|exchange|make a folder outside
symlink outwards|symlink of a folder|hard link|delete its own folder|move its own folder
shared memory file|read the parent's memory|read the parent's environment
read the parent's files|out of memory score""".replace("\n", "|").split("|")
EVERYTHING_ALLOWED = syscalls._step(syscalls.RETURN, syscalls.ALLOW)


@pytest.mark.parametrize("name", HELD_BY_LANDLOCK)
def test_files_are_held_by_landlock_alone(world, monkeypatch, name):
    monkeypatch.setattr(process, "_filter", lambda machine: EVERYTHING_ALLOWED)
    outcome = process.contain(world.program(REFUSED[name]), Limits(seconds=60, **SMALL))
    assert re.match(ERRORS, outcome.reason), outcome.reason
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
    assert run_program(GOOD[name], Limits(seconds=60)) == ProgramEnd(True, "")
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
    assert run_program(source, Limits(seconds=60)) == ProgramEnd(True, "")


def test_no_descriptor_of_the_runner_is_left_open(world):
    secret = os.open(world.outside / "secret.txt", os.O_RDONLY)
    os.set_inheritable(secret, True)
    source = (
        "import os\nread = b''\nfor descriptor in range(256):\n"
        "    try: read += os.read(descriptor, 1000)\n    except OSError: pass\nassert read == b''"
    )
    try:
        assert run_program(source, Limits(seconds=60)) == ProgramEnd(True, "")
    finally:
        os.close(secret)


def test_what_tells_the_end_cannot_be_found_by_looking_around():
    source = (
        "import gc, sys\n"
        "def around():\n"
        "    frame = sys._getframe()\n"
        "    while frame:\n"
        "        yield from [frame.f_locals, frame.f_globals, frame.f_code.co_consts]\n"
        "        yield from gc.get_referents(frame)\n"
        "        frame = frame.f_back\n"
        "    yield from gc.get_objects()\n"
        "seen, found, waiting = set(), [], list(around())\n"
        "for thing in waiting:\n"
        "    if id(thing) in seen: continue\n"
        "    seen.add(id(thing))\n"
        "    waiting += gc.get_referents(thing)\n"
        "    if isinstance(thing, (bytes, bytearray)) and len(thing) == 32: found.append(thing)\n"
        "assert len(seen) > 1000 and not found, found"
    )
    assert run_program(source, Limits(seconds=60)) == ProgramEnd(True, "")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of x86_64")
def test_every_call_that_is_not_on_the_list_is_refused():
    probes = {335, 336}  # of uprobes, which the kernel answers (with an error) before any filter
    allowed = sorted(probes | {number for number, _ in syscalls.ALLOWED.values()})
    source = CALL + (
        f"allowed = {allowed}\nX32 = 0x40000000\n"
        "for number in [*range(700), *range(X32, X32 + 600)]:\n"
        "    if number not in allowed:\n"
        "        ctypes.set_errno(0)\n"
        "        assert call(number, 0, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() == 1, number"
    )
    assert run_program(source, Limits(seconds=60)) == ProgramEnd(True, "")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="instructions of x86_64")
def test_calls_by_another_architectures_numbers_end_the_process(world):
    source = (
        "import ctypes, mmap\n"
        "code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        "code.write(bytes.fromhex('b802000000cd80c3'))  # mov eax, 2 (fork); int 0x80; ret\n"
        "address = ctypes.addressof(ctypes.c_char.from_buffer(code))\n"
        "ctypes.CFUNCTYPE(ctypes.c_int)(address)()"
    )
    assert run_program(source).reason == "killed: Bad system call"
    world.check()


def test_sets_have_one_order():
    seeded = [sys.executable, "-c", "print(hash('evomerge'))"]
    known = subprocess.check_output(seeded, env={"PYTHONHASHSEED": "0"}, text=True)
    assert run_program(f"assert hash('evomerge') == {known}", Limits(seconds=60)).passed


def test_many_programs_keep_their_order(world):
    sources = [f"assert {number} % 3" for number in range(12)]
    outcomes = run_programs(sources, Limits(seconds=60), at_once=3)
    assert [outcome.passed for outcome in outcomes] == [number % 3 > 0 for number in range(12)]
    world.check()


def test_hostile_programs_at_once_do_not_disturb_good_ones(world):
    hostile = [world.program(source) for source in list(REFUSED.values())[::8]]
    sources = [source for bad in hostile for source in (bad, "x = 1")]
    outcomes = run_programs(sources, Limits(seconds=60, **SMALL), at_once=4)
    assert [outcome.passed for outcome in outcomes] == [False, True] * len(hostile)
    world.check()


def test_a_program_dies_with_the_process_that_started_it(world):
    script = (
        "import tempfile\n"
        f"tempfile.tempdir = {str(world.temporary)!r}\n"
        "from evomerge.score.judges.sandbox import Limits, run_program\n"
        'run_program(\'import time; open("started", "w"); time.sleep(600)\', Limits(seconds=600))'
    )
    runner = subprocess.Popen([sys.executable, "-c", script])
    while not list(world.temporary.glob("*/started")):
        assert runner.poll() is None
    assert len(world.left_over()) == 1
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
        run_program(source, Limits(seconds=600))
    world.check()


def test_the_folder_is_removed_whatever_stands_in_it(world, monkeypatch):
    with temporary_folder() as folder:
        (folder / "outwards").symlink_to(world.outside, target_is_directory=True)
        (folder / "nowhere").symlink_to("nowhere")
        os.mkfifo(folder / "pipe")
        (folder / "locked" / "in" / "side").mkdir(parents=True)
        (folder / "locked" / "in" / "side" / "file").touch(0)
        (folder / "locked" / "in").chmod(0)
        (folder / "locked").chmod(0o100)
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n")).touch()
        monkeypatch.chdir(folder)
        for _ in range(100):  # deeper than a path can say, and than Python can recurse
            os.mkdir("d" * 250)
            os.chdir("d" * 250)
    assert not folder.exists()
    world.check()


@pytest.mark.parametrize("entries, more", [(4, True), (5, False)])
def test_everything_in_a_folder_counts(tmp_path, entries, more):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").touch()
    (tmp_path / "link").symlink_to("/")
    (tmp_path / "file").touch()
    assert holds_more(tmp_path, entries) == more


class TestRequiring:
    """`require_sandbox` tries; here, with a part of the sandbox missing."""

    @pytest.fixture(autouse=True)
    def _untried(self):
        require_sandbox.cache_clear()
        yield
        require_sandbox.cache_clear()

    def test_a_machine_without_numbers(self, monkeypatch):
        monkeypatch.setattr(platform, "machine", lambda: "riscv64")
        with pytest.raises(
            UserError, match="x86_64 and aarch64 only, and this is Linux on riscv64"
        ):
            require_sandbox()

    def test_no_filter(self, monkeypatch):
        monkeypatch.setattr(process, "_filter", lambda machine: EVERYTHING_ALLOWED)
        with pytest.raises(UserError, match="does not hold"):
            require_sandbox()

    def test_readable_files(self, monkeypatch):
        monkeypatch.setattr(process, "LIBRARIES", ("/",))
        with pytest.raises(UserError, match=r"does not hold .*listdir"):
            require_sandbox()

    @pytest.mark.parametrize("call", ["socket", "chmod"])
    def test_one_call_too_many(self, monkeypatch, call):
        numbers = {"socket": (41, 198), "chmod": (90, 53)}
        allowed = {**syscalls.ALLOWED, call: numbers[call]}
        monkeypatch.setattr(syscalls, "ALLOWED", allowed)
        monkeypatch.setattr(process, "_filter", syscalls.seccomp_filter)
        with pytest.raises(UserError, match="does not hold"):
            require_sandbox()

    @pytest.mark.parametrize("number, part", [(444, "syscall"), (445, "syscall"), (157, "prctl")])
    def test_a_kernel_without_a_part(self, number, part):
        script = (
            "from evomerge.score.judges.sandbox import jail, require_sandbox, syscalls\n"
            "step = syscalls._step\n"
            "jail.call('prctl', 38, 1, 0, 0, 0)\n"
            "jail._filter_calls(step(syscalls.LOAD, 0) + step(syscalls.COMPARE, NUMBER, 1)\n"
            "    + step(syscalls.RETURN, 0x00050026) + step(syscalls.RETURN, syscalls.ALLOW))\n"
            "require_sandbox()\n"
        ).replace("NUMBER", str(number))
        if platform.machine() != "x86_64" and part == "prctl":
            script = script.replace("157", "167")
        tried = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        assert f"cannot be had on this machine (OSError: [Errno 38] {part}" in tried.stderr


def decided(steps, call):
    """What the kernel does with a call, by running the filter as bpf(2) says."""
    place, loaded = 0, 0
    while True:
        code, _, otherwise, value = struct.unpack_from("=HBBI", steps, 8 * place)
        place += 1
        if code == syscalls.LOAD:
            loaded = struct.unpack_from("<I", call, value)[0]
        elif code == syscalls.MASK:
            loaded &= value
        elif code == syscalls.JUMP:
            place += value
        elif code == syscalls.COMPARE:
            place += 0 if loaded == value else otherwise
        else:
            return value


@given(
    st.sampled_from(sorted(syscalls.ARCHITECTURES)),
    st.one_of(st.integers(0, 600), st.integers(0, 2**32 - 1)),
    st.lists(st.one_of(st.integers(0, 0o2003), st.integers(0, 2**64 - 1)), min_size=6, max_size=6),
)
def test_the_filter_decides_as_the_table_says(machine, number, arguments):
    column, architecture = syscalls.ARCHITECTURES[machine]
    names = {numbers[column]: name for name, numbers in syscalls.ALLOWED.items()}
    condition = syscalls.CONDITIONS.get(names.get(number))
    allowed = number in names and (
        condition is None or arguments[condition.argument] & condition.mask in condition.values
    )
    steps = syscalls.seccomp_filter(machine)
    call = struct.pack("<IIQ6Q", number, architecture, 0, *arguments)
    assert decided(steps, call) == (syscalls.ALLOW if allowed else syscalls.REFUSE)
    other = struct.pack("<IIQ6Q", number, architecture ^ 1, 0, *arguments)
    assert decided(steps, other) == syscalls.KILL
