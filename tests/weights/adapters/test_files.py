import pytest
import torch

from evomerge.errors import ParentError
from tests.weights.adapters.adapter_cases import LoraModel, pair, write_adapter


def test_modules_that_stand_twice_in_the_file_are_read_once(tmp_path, base):
    """As PEFT writes them where embeddings were resized."""
    whole = torch.full((8,), 7.0)
    adapter = {
        **pair(),
        "base_model.model.model.norm.modules_to_save.weight": whole,
        "base_model.model.model.norm.original_module.weight": torch.zeros(8),
    }
    model = LoraModel(base, write_adapter(tmp_path / "a", adapter))
    assert torch.equal(model.tensor("model.norm.weight"), whole)


def test_pickled_adapters_are_refused_without_being_opened(tmp_path, base):
    folder = write_adapter(tmp_path / "a", pair())
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    with pytest.raises(ParentError, match=r"only pickled weights \(adapter_model.bin\)"):
        LoraModel(base, folder)
