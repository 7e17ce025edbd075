from pathlib import Path

from evomerge.report.view import RunState
from evomerge.trackers.fake import FakeTracker
from evomerge.trackers.tracker import TrackedEnd, TrackedPoint, TrackedRun, Tracker


def test_it_keeps_what_it_is_told_once():
    fake = FakeTracker()
    assert isinstance(fake, Tracker)
    run, end = TrackedRun("5eed", "run", Path(), {}), TrackedEnd(RunState.STOPPED, {})
    fake.begin(run)
    for value in (0.5, 0.75):
        fake.take(TrackedPoint(3, 0.0, {"search/best": value}))
    fake.end(end)
    assert (fake.run, fake.ended) == (run, end)
    assert fake.points == {3: TrackedPoint(3, 0.0, {"search/best": 0.5})}
