"""A line that outlives the process that holds it: here a fake one, which the test ends."""

import pytest

from evomerge.errors import EvomergeError, UserError
from evomerge.recipe import Placement
from evomerge.workers.cluster import link
from evomerge.workers.cluster.link import Link
from evomerge.workers.cluster.messages import (
    Broken,
    ClientGone,
    Connect,
    Connected,
    Counted,
    OpenParents,
    ParentsTaken,
    Refused,
    ShareRequests,
    WorkerAnswered,
)

ORDER = Connect(Placement(count=2), None, b"", "cpu", "word")


class FakeGateway:
    """Says what it is given, then that it has ended."""

    made = []

    def __init__(self, order):
        self.sent, self.closed = [order], False
        self.says = list(self.scripts.pop(0))
        self.made.append(self)

    def send(self, order):
        self.sent.append(order)

    def poll(self, timeout_s, silent_s=0.0):
        if not self.says:
            raise EOFError
        return self.says.pop(0)

    last_words = "Connection refused"

    def close(self, patience_s=0.0):
        self.closed = True


@pytest.fixture
def scripts(monkeypatch):
    FakeGateway.made, FakeGateway.scripts = [], []
    monkeypatch.setattr(link, "Gateway", FakeGateway)
    monkeypatch.setattr(link, "PAUSE_S", 0.0)
    return FakeGateway.scripts


def test_the_next_process_is_told_what_the_one_before_knew(scripts):
    scripts += [
        [Connected(), ParentsTaken(), Counted(2)],
        [Connected(), ParentsTaken(), Counted(1)],
    ]
    line = Link(ORDER)
    line.start()
    line.connect()
    opened = OpenParents(b"parents", b"content")
    line.open(opened)
    assert [line.share(b"a"), line.share(b"b")] == [0, 1]
    assert line.hear(0.0) == ParentsTaken()
    assert line.hear(0.0) == Counted(2)
    assert line.hear(0.0) == ClientGone("Ray's client has ended: Connection refused")
    assert line.hear(0.0) is None  # it starts another one
    assert line.hear(0.0) == Connected()
    first, second = FakeGateway.made
    assert first.closed
    told = [opened, ShareRequests(0, b"a"), ShareRequests(1, b"b")]
    assert first.sent == second.sent == [ORDER, *told]
    assert [line.hear(0.0), line.hear(0.0)] == [ParentsTaken(), Counted(1)]


def test_what_is_said_of_the_parents_before_is_not_heard(scripts):
    scripts += [
        [Connected(), Broken(b"1"), ParentsTaken(), WorkerAnswered(0, b"1"), ParentsTaken()]
    ]
    scripts[0] += [WorkerAnswered(0, b"2")]
    line = Link(ORDER)
    line.start()
    line.connect()
    line.open(OpenParents(b"1", b""))
    line.open(OpenParents(b"2", b""))
    heard = [line.hear(0.0) for _ in range(5)]
    assert heard == [None, ParentsTaken(), None, ParentsTaken(), WorkerAnswered(0, b"2")]


def test_other_parents_make_the_requests_of_those_before_forgotten(scripts):
    scripts += [[Connected()]]
    line = Link(ORDER)
    line.start()
    line.connect()
    line.open(OpenParents(b"1", b""))
    line.share(b"a")
    line.open(OpenParents(b"2", b""))
    assert line.share(b"b") == 0


def test_what_cannot_be_had_is_told_before_anything_begins(scripts):
    scripts += [[Refused("it has 1 CPU")], []]
    line = Link(ORDER)
    line.start()
    with pytest.raises(UserError, match="it has 1 CPU"):
        line.connect()
    assert FakeGateway.made[0].closed
    assert not line.started
    line.start()
    with pytest.raises(EvomergeError, match="Ray did not start: Connection refused"):
        line.connect()


def test_a_cluster_that_is_gone_for_good_is_tried_again_and_again(scripts):
    scripts += [[Connected()], [Refused("nobody is there")], [Refused("nobody is there")]]
    line = Link(ORDER)
    line.start()
    line.connect()
    heard = [line.hear(0.0) for _ in range(5)]
    gone = ClientGone("nobody is there: Connection refused")
    assert heard == [
        ClientGone("Ray's client has ended: Connection refused"),
        None,
        gone,
        None,
        gone,
    ]
