"""Where a process must not fork, its child is one of its own; the same is true of it."""

import pickle

from evomerge.ledger import State
from evomerge.workers.forks.endings import Ending
from evomerge.workers.forks.handle import WorkerChild
from evomerge.workers.forks.messages import HowEnded
from evomerge.workers.forks.spawning import Spawner
from tests.workers.forks.served import CRASHES, NORMAL, asked, job, request


def test_it_answers_as_a_forked_one_does_and_how_it_ends_is_known(make_model, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    name, spawner = make_model("a"), Spawner()
    spawner.start()
    spawner.wait()
    child = WorkerChild(spawner, request(name))
    assert pickle.loads(child.opened) is None
    assert pickle.loads(child.evaluate(job(name), asked(NORMAL))).state is State.SCORED
    crashed = Ending("its worker crashed (SIGSEGV)", own=True)
    assert child.evaluate(job(name, number=1), asked(CRASHES)) == crashed
    assert spawner.ask(HowEnded(child.process)) is None
