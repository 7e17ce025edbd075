"""A zoo model in memory, and its tokenizer."""

import pytest
import torch

from evomerge.cores import Cores
from evomerge.merge.bank import Bank
from evomerge.recipe import parse_recipe
from evomerge.run.preflight import load_tokenizer
from evomerge.weights import open_parent
from evomerge.zoo import zoo_folder


@pytest.fixture(scope="session")
def tokenizer():
    return load_tokenizer(zoo_folder("zoo:base"))


@pytest.fixture(scope="session")
def live():
    """zoo:arithmetic, live."""
    recipe = parse_recipe("merge_method: linear\nmodels: [{model: zoo:arithmetic}]")
    with Cores(1) as cores:
        bank = Bank({"zoo:arithmetic": open_parent("zoo:arithmetic")}, torch.device("cpu"))
        return bank.write(recipe, cores)
