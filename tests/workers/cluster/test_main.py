import multiprocessing
import queue
import threading
from types import SimpleNamespace

import pytest

from evomerge.workers.cluster import main
from evomerge.workers.cluster.messages import (
    BeginJob,
    EndWorker,
    Measure,
    Measured,
    OpenParents,
    ShareRequests,
)


@pytest.fixture
def crew():
    done = []
    names = ("open", "share", "begin", "end", "take")
    return SimpleNamespace(done=done, **{n: lambda o, n=n: done.append((n, o)) for n in names})


def test_orders_are_followed_in_the_thread_that_works_until_the_driver_goes(
    crew, monkeypatch, tmp_path
):
    ended = []
    monkeypatch.setattr(main.os, "killpg", lambda *call: ended.append(call))
    monkeypatch.setattr(main, "LEAVE_S", 0.0)
    ours, theirs = multiprocessing.Pipe()
    inbox = queue.Queue()
    reader = threading.Thread(
        target=main._read, args=(theirs, inbox, [(crew, crew)], str(tmp_path))
    )
    reader.start()
    orders = [OpenParents(b"1", b"2"), ShareRequests(0, b"3"), BeginJob(4, {}, 0, None)]
    number = Measured(Measure.TRIALS, 1, "scored")
    for order in [*orders, EndWorker(4), number]:
        ours.send(order)
    ours.close()
    reader.join()
    assert crew.done == []
    with pytest.raises(main._Left):
        while True:
            inbox.get(timeout=30)()
    told = [*zip(("open", "share", "begin"), orders, strict=True), ("end", 4), ("take", number)]
    assert crew.done == told
    assert ended  # what does not end by itself
    assert not tmp_path.exists()
