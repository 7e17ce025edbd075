"""Children of a real server, and what happens to them."""

import os
import pickle
import signal
import threading

import psutil
import pytest

from evomerge.errors import ParentError
from evomerge.ledger import State
from evomerge.workers.forks import handle
from evomerge.workers.forks.endings import Ending
from evomerge.workers.forks.handle import WorkerChild
from tests.workers.forks.served import (
    CRASHES,
    EXITS,
    HANGS,
    NORMAL,
    RAISES,
    asked,
    job,
    request,
    serving,
)


@pytest.fixture(scope="module")
def link():
    with serving() as (made, _, _):
        yield made


@pytest.fixture
def name(make_model):
    return make_model("a")


def state(said):
    return pickle.loads(said).state


def test_a_child_answers_and_is_told_requests_once(link, name):
    child = WorkerChild(link, request(name))
    assert pickle.loads(child.opened) is None
    assert not child.has(job(name))
    assert state(child.evaluate(job(name), asked(NORMAL))) is State.SCORED
    assert child.has(job(name))
    assert state(child.evaluate(job(name, key=1), b"")) is State.SCORED
    assert not child.has(job(name, number=1))
    child.close()


@pytest.mark.parametrize(
    "what, found",
    [
        (EXITS, Ending("its worker exited with code 3", own=True)),
        (CRASHES, Ending("its worker crashed (SIGSEGV)", own=True)),
    ],
)
def test_what_a_job_does_to_its_child_is_the_jobs_and_the_next_child_is_well(
    link, name, what, found
):
    assert WorkerChild(link, request(name)).evaluate(job(name), asked(what)) == found
    after = WorkerChild(link, request(name))
    assert state(after.evaluate(job(name), asked(NORMAL))) is State.SCORED
    after.close()


def test_what_is_done_to_a_child_is_nobodys(link, name):
    child = WorkerChild(link, request(name))
    threading.Timer(0.2, os.kill, (child.process, signal.SIGKILL)).start()
    ended = child.evaluate(job(name), asked(HANGS))
    assert ended == Ending("its worker was killed (SIGKILL)")


def test_a_child_that_ended_before_a_job_began_did_not_end_by_it(link, name):
    child = WorkerChild(link, request(name))
    os.kill(child.process, signal.SIGSYS)  # of the crashes, the one that leaves no trace of threads
    while child.lives():
        pass
    ended = child.evaluate(job(name), asked(NORMAL))
    assert ended == Ending("its worker crashed (SIGSYS)", own=False)


def test_a_child_that_hangs_in_a_job_can_be_ended_from_another_thread(link, name):
    child = WorkerChild(link, request(name))
    threading.Timer(0.2, child.kill).start()
    assert isinstance(child.evaluate(job(name), asked(HANGS)), Ending)
    child.kill()  # nothing happens


def test_an_error_that_is_no_answer_is_raised_and_the_child_goes_on(link, name):
    child = WorkerChild(link, request(name))
    with pytest.raises(RuntimeError, match="OSError: stale file handle"):
        child.evaluate(job(name), asked(RAISES))
    assert state(child.evaluate(job(name, number=1), asked(NORMAL))) is State.SCORED
    child.close()


def test_an_idle_child_that_hangs_is_found(link, name, monkeypatch):
    monkeypatch.setattr(handle, "SILENT_S", 0.2)
    child = WorkerChild(link, request(name))
    assert child.lives()
    os.kill(child.process, signal.SIGSTOP)
    while psutil.Process(child.process).status() != psutil.STATUS_STOPPED:
        pass
    assert not child.lives()
    child.close()


def test_other_weights_than_the_drivers_make_no_child(link, name):
    child = WorkerChild(link, request(name, content={name: "another"}))
    error = pickle.loads(child.opened)
    assert isinstance(error, ParentError)
    assert "has other weights here" in str(error)
    child.close()


def test_what_keeps_the_server_from_preparing_is_told(link):
    with pytest.raises(OSError, match="UnpicklingError"):
        WorkerChild(link, request(parents=b"nonsense"))


def test_a_child_goes_on_without_the_server_and_a_server_that_hangs_is_killed(name, monkeypatch):
    with serving() as (link, process, _):
        child = WorkerChild(link, request(name))
        os.kill(process, signal.SIGSTOP)
        monkeypatch.setattr(handle, "OPEN_S", 0.2)
        with pytest.raises(TimeoutError, match=r"not opened within 0\.2 s"):
            WorkerChild(link, request(name))
        assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == -signal.SIGKILL
        assert state(child.evaluate(job(name), asked(NORMAL))) is State.SCORED
        unseen = Ending("its worker ended, and nobody saw how")
        assert child.evaluate(job(name, number=1), asked(CRASHES)) == unseen
