import copy
import pickle

import torch

from evomerge.weights import open_parent
from tests.tiny import tiny_tensors


def test_a_parent_travels_by_its_name(make_model):
    """Its tensors are not sent; where it arrives they are read from the files."""
    parent = open_parent(make_model("a", tensors={"model.large": torch.zeros(100_000)}))
    sent = pickle.dumps(parent)
    assert len(sent) < 1_000
    arrived = pickle.loads(sent)
    assert (arrived.name, arrived.config) == (parent.name, parent.config)
    for name, tensor in tiny_tensors(0).items():
        assert torch.equal(arrived.tensors.tensor(name), tensor)


def test_names_of_another_model_travel_too(make_model):
    parent = open_parent(make_model("a"))
    named = parent.named(tuple(name.removeprefix("model.") for name in parent.tensors.specs))
    for arrived in (pickle.loads(pickle.dumps(named)), copy.deepcopy(named)):
        assert arrived.tensors.specs == named.tensors.specs
        assert arrived.content_hash == named.content_hash
