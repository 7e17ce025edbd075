"""Run folders that are still there when the run is over."""

from __future__ import annotations

from pathlib import Path

from evomerge.errors import UserError

CACHE = "runtime_resources"
"""The folder in a Ray session's own into which Ray unpacks what jobs bring along."""


def check_lasting(path: Path) -> None:
    """See to it that a run is not begun in the working directory of a Ray job.

    Raises:
        UserError: it lies in Ray's cache, which is deleted after the job.
    """
    folders = path.resolve().parts
    if CACHE in folders and any(name.startswith("session_") for name in folders):
        raise UserError(
            f"{path}: lies in the working directory of a Ray job, which Ray deletes; give a folder "
            "that stays and that all nodes see (--run-dir /shared/runs/NAME)"
        )
