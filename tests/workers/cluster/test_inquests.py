from concurrent.futures import Future
from types import SimpleNamespace

import pytest

from evomerge.workers.cluster import inquests
from evomerge.workers.cluster.causes import Cause
from evomerge.workers.cluster.inquests import INQUEST_S, Inquests
from evomerge.workers.cluster.messages import JobEnded
from evomerge.workers.cluster.remains import Birth

KILLED = Cause("its worker was killed", unknown=True)


@pytest.fixture
def held(monkeypatch):
    """Inquests whose answers the test gives, at the time that the test says."""
    function = SimpleNamespace(options=lambda **o: SimpleNamespace(remote=lambda birth: o))
    monkeypatch.setattr(inquests, "ray", SimpleNamespace(remote=lambda f: function))
    held = SimpleNamespace(asked=[], told=[], now=0.0)
    monkeypatch.setattr(inquests, "time", SimpleNamespace(monotonic=lambda: held.now))
    held.inquests = Inquests(lambda ref, then: held.asked.append((ref, then)), held.told.append)
    return held


def said(result):
    future = Future()
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
    return future


@pytest.mark.parametrize(
    "found, told",
    [
        ("its worker crashed (SIGSEGV)", JobEnded(3, "its worker crashed (SIGSEGV)", True)),
        ("", JobEnded(3, "its worker was killed", False)),
        (RuntimeError("the node is gone"), JobEnded(3, "its worker was killed", False)),
    ],
)
def test_what_is_found_decides_whose_doing_it_was(held, found, told):
    held.inquests.begin(3, KILLED, Birth("aa" * 28, "host", "", 0))
    ((options, then),) = held.asked
    assert options["num_cpus"] == 0
    assert options["scheduling_strategy"].node_id == "aa" * 28
    then(said(found))
    then(said(found))  # nothing is said twice
    assert held.told == [told]


def test_a_host_that_says_nothing_is_not_waited_for(held):
    held.inquests.begin(3, KILLED, Birth("aa" * 28, "host", "", 0))
    held.now = INQUEST_S
    held.inquests.look()
    assert held.told == []
    held.now += 1
    held.inquests.look()
    assert held.told == [JobEnded(3, "its worker was killed", False)]


def test_of_a_job_that_was_given_up_nothing_is_said(held):
    held.inquests.begin(3, KILLED, Birth("aa" * 28, "host", "", 0))
    held.inquests.forget(3)
    held.asked[0][1](said("its worker crashed (SIGSEGV)"))
    assert held.told == []
