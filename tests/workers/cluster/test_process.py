"""A worker's process with a real child, without Ray."""

import pickle
import threading
from types import SimpleNamespace

import pytest

from evomerge.errors import ParentError
from evomerge.ledger import State
from evomerge.workers.cluster import process
from evomerge.workers.cluster.process import WorkerProcess
from evomerge.workers.forks.endings import Ending
from tests.workers.forks.served import CRASHES, ENGINE, HANGS, NORMAL, asked, job, request, serving


@pytest.fixture
def fetched(monkeypatch):
    """The references that were followed; each is what it refers to."""
    followed = []
    monkeypatch.setattr(
        process, "ray", SimpleNamespace(get=lambda ref: followed.append(ref) or asked(ref))
    )
    return followed


@pytest.fixture
def worker(fetched):
    with serving() as (link, _, _):
        made = WorkerProcess("word", pickle.dumps(ENGINE), 1, "cpu", "ray 0", 1)
        made._server = link
        yield made
        made._end_child()


def opened(worker, name, **changed):
    asked_for = request(name, **changed)
    return pickle.loads(worker.open(asked_for.parents, asked_for.content))


def test_requests_are_fetched_once_and_jobs_done_on_them(worker, fetched, make_model):
    name = make_model("a")
    assert worker.ready()
    assert opened(worker, name) is None
    assert worker.lives()
    for key, number in enumerate([0, 0, 1]):
        answer = pickle.loads(worker.evaluate(job(name, key, number), [NORMAL]))
        assert (answer.key, answer.state) == (key, State.SCORED)
    assert fetched == [NORMAL, NORMAL]


def test_it_outlives_what_a_job_does_to_a_child(worker, make_model):
    name = make_model("a")
    assert opened(worker, name) is None
    crashed = Ending("its worker crashed (SIGSEGV)", own=True)
    assert worker.evaluate(job(name), [CRASHES]) == crashed
    assert not worker.lives()
    assert opened(worker, name) is None
    assert pickle.loads(worker.evaluate(job(name), [NORMAL])).state is State.SCORED


def test_a_job_is_ended_from_another_thread_whether_it_has_begun_or_not(worker, make_model):
    name = make_model("a")
    assert opened(worker, name) is None
    threading.Timer(0.3, worker.end, (0,)).start()
    assert isinstance(worker.evaluate(job(name), [HANGS]), Ending)
    assert opened(worker, name) is None
    worker.end(1)
    assert worker.lives()  # it has not begun
    assert isinstance(worker.evaluate(job(name, key=1), [NORMAL]), Ending)
    assert opened(worker, name) is None
    assert pickle.loads(worker.evaluate(job(name, key=1), [NORMAL])).state is State.SCORED


def test_a_fork_server_that_ends_while_it_is_asked_is_followed_by_another(worker, make_model):
    name, first = make_model("a"), worker._server
    with serving() as (second, _, _):
        connect, tried = first.connect, []

        def ends_at_first():
            tried.append(True)
            if len(tried) > 1:
                return second.connect()
            connection = connect()
            first.kill(connection)
            return connection

        first.connect = ends_at_first
        assert opened(worker, name) is None
        assert len(tried) == 2
        assert worker.lives()
        worker._end_child()


def test_parents_that_cannot_be_opened_are_told_with_the_worker(worker, make_model):
    name = make_model("a")
    error = opened(worker, name, content={name: "another"})
    assert isinstance(error, ParentError)
    assert str(error).startswith("worker ray 0 on ")
    assert not worker.lives()
