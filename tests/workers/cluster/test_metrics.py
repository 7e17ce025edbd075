"""What is given to Ray's metrics: counters are added to, gauges are set."""

import pytest

from evomerge.workers.cluster import metrics
from evomerge.workers.cluster.member import CrewMember, Duty
from evomerge.workers.cluster.messages import Measure, Measured
from evomerge.workers.cluster.metrics import Metrics


@pytest.fixture
def seen(monkeypatch):
    """What Ray is told, by name and tag."""
    told = {}

    class Recorded:
        def __init__(self, name, description, tag_keys):
            self.name, self.keys = name, tag_keys
            assert description.endswith(".")

        def key(self, tags):
            assert tuple(tags) == self.keys
            return self.name, *tags.values()

        def inc(self, value, tags):
            told[self.key(tags)] = told.get(self.key(tags), 0) + value

        def set(self, value, tags):
            told[self.key(tags)] = value

    monkeypatch.setattr(metrics, "Counter", Recorded)
    monkeypatch.setattr(metrics, "Gauge", Recorded)
    return told


def test_counters_add_up_and_seconds_are_those_until_now(seen):
    made = Metrics()
    for said in (
        Measured(Measure.TRIALS, 1, "scored"),
        Measured(Measure.TRIALS, 1, "scored"),
        Measured(Measure.TOKENS, 30, "search"),
        Measured(Measure.TOKENS, 0, "search"),  # Ray refuses to add nothing
        Measured(Measure.SECONDS, 4.0, "waiting"),
        Measured(Measure.SECONDS, 5.0, "waiting"),
    ):
        made.take(said)
    assert seen == {
        ("evomerge_trials", "scored"): 2,
        ("evomerge_tokens", "search"): 30,
        ("evomerge_worker_seconds", "waiting"): 5.0,
    }


def test_workers_are_counted_by_what_they_do(seen):
    made = Metrics()
    made.count([CrewMember("a", None, Duty.BUSY), CrewMember("b", None, Duty.BUSY)])
    assert seen["evomerge_workers", "busy"] == 2
    assert seen["evomerge_workers", "idle"] == 0
    made.count([CrewMember("a", None, Duty.IDLE)])
    assert seen["evomerge_workers", "busy"] == 0
    assert seen["evomerge_workers", "idle"] == 1
