import os
import socket
import subprocess
import sys
from multiprocessing.connection import Connection

import psutil
import pytest

from evomerge.workers.forks import connecting
from evomerge.workers.forks.connecting import ForkServerLink, is_ours, patient
from evomerge.workers.forks.messages import HowEnded


def test_a_server_is_started_once_by_whoever_comes_first_and_ends_when_killed():
    name = f"test-{os.getpid()}"
    first, second = ForkServerLink(name), ForkServerLink(name)
    second.start()
    first.wait()
    running = psutil.process_iter(["cmdline"])
    (server,) = [one for one in running if name in (one.info["cmdline"] or ())]
    assert server.ppid() != os.getpid()  # it does not end with one that started it
    assert server.environ()["OMP_NUM_THREADS"] == "1"
    with second.connect() as connection:
        second.kill(connection)
    server.wait(30)
    assert first.ask(HowEnded(1)) is None


def test_nothing_that_no_worker_needs_is_imported_by_its_own_process():
    heavy = "torch", "transformers", "pydantic", "numpy"
    code = f"""
import sys, evomerge.workers.cluster.process
print([name for name in {heavy} if name in sys.modules])"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_server_that_does_not_start_is_not_waited_for_without_end(monkeypatch):
    monkeypatch.setattr(connecting, "START_S", 0.2)
    link = ForkServerLink("nobody")
    monkeypatch.setattr(link, "start", lambda: None)
    with pytest.raises(TimeoutError, match="no fork server has started"):
        link.wait()


def test_the_other_end_is_known_by_its_user(monkeypatch):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert is_ours(ours)
        monkeypatch.setattr(os, "getuid", lambda: -1)
        assert not is_ours(ours)


def test_who_says_nothing_is_not_waited_for_without_end():
    ours, theirs = socket.socketpair()
    with ours, theirs, Connection(os.dup(ours.fileno())) as connection:
        patient(ours, 1)
        with pytest.raises(OSError, match="temporarily unavailable"):
            connection.recv()
