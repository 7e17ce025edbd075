"""A zoo model in memory."""

from functools import partial

import pytest
import torch

from evomerge.cores import Cores
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from tests.live import LiveBank
from tests.score.small_tasks import write_task


@pytest.fixture
def task_file(tmp_path):
    """Writes a task of one kind, with its data beside it, and returns its file."""
    return partial(write_task, tmp_path)


@pytest.fixture(scope="session")
def live():
    """zoo:arithmetic, live."""
    recipe = parse_recipe("merge_method: linear\nmodels: [{model: zoo:arithmetic}]")
    with Cores(1) as cores:
        bank = LiveBank({"zoo:arithmetic": open_parent("zoo:arithmetic")}, torch.device("cpu"))
        return bank.write(recipe, cores)
