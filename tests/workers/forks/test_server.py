"""How long a fork server lives, and with whom."""

import os
import signal
import time

import psutil
import pytest

from evomerge.workers.forks.connecting import ForkServerLink
from evomerge.workers.forks.handle import WorkerChild
from evomerge.workers.forks.messages import HowEnded
from tests.workers.forks.served import request, serving


def gone(process):
    """Wait for a process to end."""
    until = time.monotonic() + 30
    while psutil.pid_exists(process) and psutil.Process(process).status() != "zombie":
        assert time.monotonic() < until
        time.sleep(0.02)


def test_it_stays_as_long_as_who_started_it_or_a_child_and_leaves_nothing(make_model):
    with serving() as (link, process, starter):
        child = WorkerChild(link, request(make_model("a")))
        starter.close()
        time.sleep(1.0)  # longer than it lingers
        assert child.lives()
        child.close()
        gone(process)
        with pytest.raises(ConnectionRefusedError):
            link._connected()


@pytest.mark.parametrize("stopped", [False, True])
def test_a_child_ends_with_its_worker_even_if_it_hangs(make_model, stopped):
    with serving() as (link, _, _):
        child = WorkerChild(link, request(make_model("a")))
        if stopped:
            os.kill(child.process, signal.SIGSTOP)
        child._connection.close()  # as when a worker is killed
        gone(child.process)


def test_children_share_what_was_opened_and_not_each_others_ends(make_model):
    with serving() as (link, process, _):
        name = make_model("a")
        first, second = WorkerChild(link, request(name)), WorkerChild(link, request(name))
        assert psutil.Process(first.process).ppid() == process
        first.kill()
        assert not first.lives()  # the second holds nothing of it open
        assert second.lives()
        second.close()


def test_it_does_not_wait_for_one_who_says_nothing_and_says_of_strangers_nothing(make_model):
    with serving() as (link, _, _):
        with link.connect() as silent:
            silent.close()
        assert link.ask(HowEnded(1)) is None
        child = WorkerChild(link, request(make_model("a")))
        assert child.lives()
        child.close()


def test_its_name_is_of_one_run():
    assert ForkServerLink("nobody").ask(HowEnded(1)) is None
