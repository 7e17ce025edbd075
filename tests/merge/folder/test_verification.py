"""What was merged is loaded by transformers before its folder has its name."""

import json
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import LlamaForCausalLM

import evomerge
from evomerge.merge.folder import verification
from evomerge.merge.folder.verification import VerificationError, verify_loads
from evomerge.recipe import parse_recipe
from evomerge.weights.writing.writer import FolderWriter
from tests.families import save
from tests.tiny import CONFIG, tiny_tensors, write_model


def test_a_whole_model_is_loaded(tmp_path):
    assert verify_loads(write_model(tmp_path / "m", tiny_tensors(0))) == ""


def test_what_transformers_would_make_up_is_missed(tmp_path):
    tensors = {n: t for n, t in tiny_tensors(0).items() if "layers.1.mlp.up" not in n}
    folder = write_model(tmp_path / "m", tensors)
    with pytest.raises(VerificationError, match=r"missing keys: model.layers.1.mlp.up_proj.weight"):
        verify_loads(folder)


def test_a_class_that_adds_to_the_model_it_loads_is_loaded(tmp_path, monkeypatch):
    """As Qwen2.5-Omni's does, which gives itself voices."""

    class Speaking(LlamaForCausalLM):
        @classmethod
        def from_pretrained(cls, folder, **others):
            model = super().from_pretrained(folder, **others)
            model.register_buffer("voices", torch.load(folder / "spk_dict.pt"), persistent=False)
            return model

    # Not the module that an import statement gave earlier: transformers replaces it.
    monkeypatch.setattr(sys.modules["transformers"], "Speaking", Speaking, raising=False)
    folder = write_model(tmp_path / "m", tiny_tensors(0), {**CONFIG, "architectures": ["Speaking"]})
    with pytest.raises(VerificationError, match=r"spk_dict.pt"):
        verify_loads(folder)
    torch.save(torch.ones(3), folder / "spk_dict.pt")
    assert verify_loads(folder) == ""


def test_a_class_of_somebody_elses_is_not_loaded(tmp_path):
    config = {**CONFIG, "architectures": ["MyModel"], "auto_map": {"AutoModel": "mine.MyModel"}}
    folder = write_model(tmp_path / "m", tiny_tensors(0), config)
    (folder / "mine.py").write_text("raise SystemExit('was run')")
    assert verify_loads(folder) == "transformers has no class of its own for it"


def test_a_model_larger_than_the_memory_that_is_free_is_not_loaded(tmp_path, monkeypatch):
    monkeypatch.setattr(verification, "free_memory", lambda: 1000)
    assert "GB are free" in verify_loads(write_model(tmp_path / "m", tiny_tensors(0)))


def test_a_folder_that_does_not_load_leaves_nothing_behind(tmp_path):
    def refuse(folder):
        assert json.loads((folder / "manifest.json").read_text())
        raise VerificationError("no")

    with pytest.raises(VerificationError), FolderWriter(tmp_path / "out", verify=refuse) as writer:
        writer.write_text("config.json", "{}")
    assert [*tmp_path.iterdir()] == []


def test_a_merge_that_transformers_cannot_load_is_an_error_unless_it_is_not_asked(tmp_path):
    """Both parents lack the same tensor."""
    names = [save(tmp_path / n, "llama", seed) for seed, n in enumerate("ab")]
    for name in names:
        file = Path(name) / "model.safetensors"
        save_file({n: t for n, t in load_file(file).items() if n != "model.norm.weight"}, file)
    recipe = parse_recipe(
        f"merge_method: linear\nmodels: [{{model: {names[0]}}}, {{model: {names[1]}}}]"
    )
    with pytest.raises(VerificationError, match=r"missing keys: model.norm.weight"):
        evomerge.merge(recipe, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    evomerge.merge(recipe, tmp_path / "out", verify=False)
