"""MLflow as a tracker; the one file that knows it.

It keeps runs where MLFLOW_TRACKING_URI says, by default in mlflow.db of the working directory.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from evomerge.report.view import RunState
from evomerge.trackers.kind import TrackerKind
from evomerge.trackers.tracker import PROJECT, TrackedEnd, TrackedPoint, TrackedRun

RUN = "evomerge.run"
"""The tag with the run's id."""
ENDS = {RunState.FINISHED: "FINISHED", RunState.FAILED: "FAILED"}
STOPPED = "KILLED"
MOST_PARAMS = 100
"""Parameters that MLflow takes at once."""
LONGEST = 500
"""Characters of a parameter: those that every store takes."""
MOST_OF_NAME = 250
"""The same of its name."""


class MlflowTracker:
    """A run of MLflow, found again by a tag.

    A number that is logged with the same step and time once more is kept once by its stores.
    """

    def __init__(self) -> None:
        import mlflow.entities

        self._mlflow = mlflow
        for noisy in ("mlflow", "alembic"):  # they tell how they make a database
            logging.getLogger(noisy).setLevel(logging.WARNING)

    def begin(self, run: TrackedRun) -> None:
        """Create the run or open it again, with the recipe as its parameters."""
        self._client = self._mlflow.MlflowClient()
        found = self._client.get_experiment_by_name(PROJECT)
        experiment = found.experiment_id if found else self._client.create_experiment(PROJECT)
        known = self._client.search_runs([experiment], f"tags.`{RUN}` = '{run.id}'")
        made = known[0] if known else self._client.create_run(experiment, run_name=run.name)
        self._id = made.info.run_id
        self._client.set_tag(self._id, RUN, run.id)
        self._client.update_run(self._id, status="RUNNING")
        param = self._mlflow.entities.Param
        params = [param(key, value[:LONGEST]) for key, value in dict(flat(run.recipe)).items()]
        for first in range(0, len(params), MOST_PARAMS):
            self._client.log_batch(self._id, params=params[first : first + MOST_PARAMS])

    def take(self, point: TrackedPoint) -> None:
        """Log the numbers, at the time of their record."""
        metric, milliseconds = self._mlflow.entities.Metric, round(point.time * 1000)
        metrics = [
            metric(name, float(value), milliseconds, point.step)
            for name, value in point.values.items()
        ]
        self._client.log_batch(self._id, metrics=metrics)

    def end(self, end: TrackedEnd) -> None:
        """Set the status, and the words as tags."""
        for name, word in end.words.items():
            self._client.set_tag(self._id, f"evomerge.{name}", word)
        self._client.set_terminated(self._id, ENDS.get(end.state, STOPPED))


def flat(plain: Any, *place: str) -> Iterator[tuple[str, str]]:
    """Every value of a recipe as text, by its place: `models.0.model`, as MLflow takes it."""
    if isinstance(plain, Mapping) and plain:
        for key, value in plain.items():
            yield from flat(value, *place, re.sub(r"[^\w-]+", "-", key))
    elif isinstance(plain, list) and plain:
        for number, value in enumerate(plain):
            yield from flat(value, *place, str(number))
    else:
        yield ".".join(place)[-MOST_OF_NAME:], str(plain)


MLFLOW = TrackerKind("mlflow", MlflowTracker)
