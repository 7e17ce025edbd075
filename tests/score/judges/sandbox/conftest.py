"""What programs in the sandbox could harm."""

import os
import re
import signal
import socket
import tempfile
import time
from pathlib import Path

import pytest

from evomerge.errors import UserError
from evomerge.score.judges.sandbox import require_sandbox


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
        until = time.monotonic() + 5.0  # what is killed takes a moment to be gone
        while self.left_over() and time.monotonic() < until:
            time.sleep(0.01)
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
