import pytest
import torch

from evomerge.weights import Checkpoint
from evomerge.weights.layouts.in_class import InClass, is_counter
from tests.tiny import CONFIG, tiny_tensors, write_model


def read(tmp_path, changes=None, config=CONFIG, template=CONFIG):
    tensors = {**tiny_tensors(0), **(changes or {})}
    kept = {name: tensor for name, tensor in tensors.items() if tensor is not None}
    return InClass.of(Checkpoint(write_model(tmp_path / "m", kept, config)), config, template)


def test_a_tied_head_is_the_embedding(tmp_path):
    found = read(tmp_path)
    assert found.missing == []
    embedding = tiny_tensors(0)["model.embed_tokens.weight"]
    assert torch.equal(found.tensor("lm_head.weight"), embedding)
    assert [*found.own_heads()] == []


def test_a_head_of_its_own_is_told_from_one_that_is_the_same(tmp_path):
    config = {**CONFIG, "tie_word_embeddings": False}
    own = read(tmp_path / "own", {"lm_head.weight": torch.zeros(20, 8)}, config)
    assert [*own.own_heads()] == [("lm_head.weight", "model.embed_tokens.weight")]
    embedding = tiny_tensors(0)["model.embed_tokens.weight"]
    same = read(tmp_path / "same", {"lm_head.weight": embedding.clone()}, config)
    assert [*same.own_heads()] == []


def test_what_is_missing_and_what_is_not_read_is_told(tmp_path):
    found = read(tmp_path, {"model.norm.weight": None, "model.mine": torch.zeros(1)})
    assert found.missing == ["model.norm.weight"]
    assert found.unread == ("model.mine",)
    assert not found.may_lack(["model.norm.weight"])


def test_nothing_is_known_of_other_peoples_classes(tmp_path):
    assert read(tmp_path, config={"model_type": "mine"}) is None
    other = {**CONFIG, "model_type": "mine", "architectures": ["MineForCausalLM"]}
    assert read(tmp_path / "b", template=other) is None


@pytest.mark.parametrize(
    "name, counts",
    [
        ("bn.num_batches_tracked", True),
        ("num_batches_tracked", True),
        ("num_batches_tracked.weight", False),
        ("bn.running_mean", False),
    ],
)
def test_counters_of_training_are_known_by_their_name(name, counts):
    assert is_counter(name) is counts
