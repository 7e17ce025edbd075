import pytest
import torch

from evomerge.memory import MemoryBudget
from evomerge.weights import open_parent
from evomerge.weights.kept import Kept, room_for_parents
from tests.tiny import tiny_tensors, write_model
from tests.weights.adapters.adapter_cases import pair, write_adapter


@pytest.fixture
def adapted(tmp_path):
    """A base, and an adapter of one of its matrices."""
    base = write_model(tmp_path / "base", tiny_tensors(0))
    return open_parent(f"{base}+{write_adapter(tmp_path / 'a', pair())}").tensors


def changed(tensors):
    """The names of what is computed."""
    return [
        n for n in tensors.specs if tensors.tensor(n).data_ptr() != tensors.tensor(n).data_ptr()
    ]


def test_what_is_mapped_takes_no_room(adapted):
    memory = MemoryBudget(0)
    kept = Kept(adapted, memory)
    assert {n for n in kept.specs if not kept.keeps(n)} == {*changed(adapted)}


def test_what_is_computed_is_kept_as_far_as_there_is_room(adapted):
    (name,) = changed(adapted)
    size = adapted.specs[name].nbytes
    for room, stays in ((size, True), (size - 1, False)):
        memory = MemoryBudget(room)
        kept = Kept(adapted, memory)
        assert kept.keeps(name) is stays
        assert memory.left == (0 if stays else room)
        assert torch.equal(kept.tensor(name), adapted.tensor(name))
        again = kept.tensor(name).data_ptr() == kept.tensor(name).data_ptr()
        assert again is stays


def test_without_a_limit_all_is_kept_where_it_is_moved_to(adapted):
    kept = Kept(adapted, None, lambda tensor: tensor.clone())
    assert all(kept.keeps(name) for name in kept.specs)
    assert (
        kept.tensor("model.norm.weight").data_ptr()
        != adapted.tensor("model.norm.weight").data_ptr()
    )
    assert Kept(adapted, MemoryBudget(0), lambda tensor: tensor.clone())._kept == {}


def test_its_content_is_that_of_the_tensors(adapted):
    kept = Kept(adapted, MemoryBudget(0))
    assert kept.content_hash == adapted.content_hash
    assert kept.digest("model.norm.weight") == adapted.digest("model.norm.weight")


def test_there_is_room_for_parents_and_for_others():
    assert room_for_parents() > 2**20
