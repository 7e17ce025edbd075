"""Tasks and recorders that the tests of this room make."""

from functools import partial

import pytest

from tests.score.recorder import recorder_for
from tests.score.small_tasks import write_task


@pytest.fixture
def task_file(tmp_path):
    """Writes a task of one kind, with its data beside it, and returns its file."""
    return partial(write_task, tmp_path)


@pytest.fixture
def recorder():
    return recorder_for("zoo:base")
