"""A zoo model in memory."""

import pytest
import torch

from evomerge.cores import Cores
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from tests.live import LiveBank


@pytest.fixture(scope="session")
def live():
    """zoo:arithmetic, live."""
    recipe = parse_recipe("merge_method: linear\nmodels: [{model: zoo:arithmetic}]")
    with Cores(1) as cores:
        bank = LiveBank({"zoo:arithmetic": open_parent("zoo:arithmetic")}, torch.device("cpu"))
        return bank.write(recipe, cores)
