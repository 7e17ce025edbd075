"""A tracker that raises, hangs or is slow does the run no harm."""

import logging
import threading
import time

import pytest

from evomerge.report.view import RunState
from evomerge.trackers import feed
from evomerge.trackers.fake import FakeTracker
from evomerge.trackers.feed import Feed
from evomerge.trackers.tracker import TrackedEnd, TrackedPoint, TrackedRun

END = TrackedEnd(RunState.FINISHED, {"outcome": "promoted"})
PLENTY_S = 60.0


def point(step):
    return TrackedPoint(step, float(step), {"search/best": step / 10})


@pytest.fixture
def fed(tmp_path, caplog):
    """Feeds a tracker with points, and gives what is warned of."""

    def feed_it(tracker, past=(), points=(), limit_s=PLENTY_S, then=lambda: None):
        run = TrackedRun("5eed", "run", tmp_path, {})
        found = Feed("fake", tracker, run, past)
        for one in points:
            found.put(one)
        then()
        with caplog.at_level(logging.WARNING):
            found.end(END)
            found.wait(time.monotonic() + limit_s)
        return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]

    return feed_it


def test_all_is_told_in_its_order(fed):
    tracker = FakeTracker()
    assert fed(tracker, [point(0), point(1)], [point(2), point(3)]) == []
    assert tracker.run.id == "5eed"
    assert [*tracker.points] == [0, 1, 2, 3]
    assert tracker.ended is END


@pytest.mark.parametrize("error", [RuntimeError, SystemExit, KeyboardInterrupt])
@pytest.mark.parametrize("at", [1, 3, 5])
def test_what_raises_is_dropped_and_told_once_without_secrets(fed, error, at):
    calls = iter(range(1, 99))

    def meanwhile():
        if next(calls) >= at:
            raise error("no\nroom at https://me:sesame@host/x \x1b[2J" + "y" * 999)

    tracker = FakeTracker(meanwhile)
    (warned,) = fed(tracker, [point(0)], [point(1), point(2)])
    assert warned.startswith(f"tracker fake: is told nothing more: {error.__name__}: no room at ")
    assert "sesame" not in warned
    assert len(warned) < 400
    assert tracker.ended is None


def test_what_hangs_is_left_behind(fed):
    goes_on = threading.Event()
    tracker = FakeTracker(goes_on.wait)
    (warned,) = fed(tracker, [], [point(0)], limit_s=0.1)
    assert warned == "tracker fake: does not end, and is not waited for any longer"
    goes_on.set()


def test_what_is_slow_lacks_points_and_that_is_told(fed, monkeypatch):
    monkeypatch.setattr(feed, "WAITING", 3)
    goes_on = threading.Event()
    tracker = FakeTracker(goes_on.wait)
    past, points = [point(n) for n in range(9)], [point(9 + n) for n in range(8)]
    (warned,) = fed(tracker, past, points, then=goes_on.set)
    assert warned == "tracker fake: lacks 5 points, since it did not keep up"
    assert [*tracker.points] == [*range(12)], "of the past nothing is dropped"
    assert tracker.ended is END
