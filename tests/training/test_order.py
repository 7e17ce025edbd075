import pickle

import torch

from evomerge.training.order import versions
from tests.training.training_cases import order


def test_an_order_is_named_by_all_that_is_in_it():
    assert order().sha256 == pickle.loads(pickle.dumps(order())).sha256
    others = [order(steps=5), order(seed=4), order(count=41), order(rank=3)]
    assert len({one.sha256 for one in [order(), *others]}) == 5


def test_the_versions_are_those_of_what_computes():
    assert versions()["torch"] == torch.__version__
    assert {*versions()} == {"evomerge", "torch", "transformers", "peft"}
