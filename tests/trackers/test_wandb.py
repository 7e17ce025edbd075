"""What is wandb's own; the rest stands in test_tracker.py."""

import os
import subprocess
import sys

import pytest

from evomerge.trackers.registry import TRACKERS

CODE = """
from pathlib import Path
from evomerge.trackers.tracker import TrackedRun
from evomerge.trackers.wandb import WandbTracker
try:
    WandbTracker().begin(TrackedRun("5eed", "run", Path(), {}))
except Exception as error:
    print(error)
"""


def test_without_a_key_nobody_is_asked_for_one(tmp_path):
    if not TRACKERS["wandb"].is_installed:
        pytest.skip("wandb is not installed")
    env = {name: value for name, value in os.environ.items() if not name.startswith("WANDB")}
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**env, "HOME": str(tmp_path)},
    )
    assert done.stdout.startswith("it has no key: "), done.stderr
    assert not (tmp_path / "wandb").exists()
