"""What is TensorBoard's own; the rest stands in test_tracker.py."""

import pytest

from evomerge.report.view import RunState
from evomerge.trackers.tensorboard import TensorboardTracker
from evomerge.trackers.tracker import TrackedEnd, TrackedPoint, TrackedRun

pytestmark = pytest.mark.filterwarnings("ignore")


def test_files_of_an_earlier_session_make_room_and_others_stay(tmp_path):
    pytest.importorskip("tensorboard")
    run = TrackedRun("5eed", "run", tmp_path, {})
    (tmp_path / "tensorboard").mkdir()
    (tmp_path / "tensorboard" / "notes.txt").write_text("mine")
    for _ in range(2):
        tracker = TensorboardTracker()
        tracker.begin(run)
        tracker.take(TrackedPoint(0, 1.5, {"search/best": 0.1}))
        tracker.end(TrackedEnd(RunState.STOPPED, {}))
    names = sorted(path.name.partition(".out.")[0] for path in (tmp_path / "tensorboard").iterdir())
    assert names == ["events", "notes.txt"]
