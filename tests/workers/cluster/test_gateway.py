"""A real process that is to join a cluster which is not there."""

import contextlib
import time

import psutil
import pytest

from evomerge.recipe import Placement
from evomerge.workers.cluster.gateway import Gateway
from evomerge.workers.cluster.messages import Connect


@pytest.fixture
def gateway():
    made = Gateway(Connect(Placement(), "127.0.0.1:9", b"", "cpu", "word"))
    yield made
    made.close(patience_s=0.0)


def test_it_is_silent_and_ends_with_all_that_it_has(gateway, capfd):
    assert gateway.poll(0.1) is None
    process = psutil.Process(gateway._process.pid)
    assert process.is_running()
    with pytest.raises(EOFError):
        gateway.poll(0.0, silent_s=-1.0)
    folder = gateway._folder
    gateway.close(patience_s=0.0)
    assert not process.is_running()
    assert not folder.exists()
    assert capfd.readouterr() == ("", "")


def test_that_its_process_was_killed_is_heard(gateway):
    psutil.Process(gateway._process.pid).kill()
    with pytest.raises(EOFError), contextlib.suppress(TimeoutError):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            gateway.poll(0.1)


def test_only_a_cluster_of_our_own_has_our_settings(gateway, monkeypatch):
    monkeypatch.setenv("RAY_ADDRESS", "elsewhere:6379")
    monkeypatch.setenv("RAY_AUTH_TOKEN", "theirs")
    own, given = gateway._environment(None), gateway._environment("elsewhere:6379")
    assert given["RAY_AUTH_TOKEN"] == "theirs"
    assert "RAY_AUTH_TOKEN" not in own
    assert "RAY_ADDRESS" not in own
    assert (own["RAY_AUTH_MODE"], "RAY_AUTH_MODE" in given) == ("token", False)
