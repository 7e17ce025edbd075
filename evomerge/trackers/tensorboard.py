"""TensorBoard as a tracker; the one file that knows it: event files in the run's folder."""

from __future__ import annotations

import json

from evomerge.trackers.kind import TrackerKind
from evomerge.trackers.tracker import TrackedEnd, TrackedPoint, TrackedRun

FOLDER = "tensorboard"
"""In the run's folder; `tensorboard --logdir runs` finds those of all runs."""


class TensorboardTracker:
    """Event files that hold all of the run: those of an earlier session are written anew."""

    def __init__(self) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._open = SummaryWriter

    def begin(self, run: TrackedRun) -> None:
        """Open a file, with the recipe as a text."""
        folder = run.folder / FOLDER
        folder.mkdir(exist_ok=True)
        for earlier in folder.glob("events.out.tfevents.*"):
            earlier.unlink()
        self._writer = self._open(str(folder))
        self._text("recipe", json.dumps(run.recipe, indent=2, ensure_ascii=False))

    def take(self, point: TrackedPoint) -> None:
        """Write the numbers in double precision."""
        for name, value in point.values.items():
            self._writer.add_scalar(
                name, value, point.step, point.time, new_style=True, double_precision=True
            )
        self._writer.flush()

    def end(self, end: TrackedEnd) -> None:
        """Write the words, and close the file."""
        for name, word in end.words.items():
            self._text(f"verdict/{name}", word)
        self._writer.close()

    def _text(self, name: str, text: str) -> None:
        """Write a text that TensorBoard shows as code, so that nothing in it is Markdown."""
        self._writer.add_text(name, "".join(f"    {line}\n" for line in text.splitlines()))


TENSORBOARD = TrackerKind("tensorboard", TensorboardTracker)
