"""What a live model is made of, beside what a checkpoint holds."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSeq2SeqLM

from evomerge.cores import Cores
from evomerge.engine.loading import load
from evomerge.engine.transformers.engine import TransformersEngine
from evomerge.errors import ParentError
from evomerge.weights import open_parent
from tests.sequences import sequence_model, with_own_head


def live(name):
    engine = TransformersEngine(None, Cores(1), torch.device("cpu"))
    load(engine, open_parent(name), Cores(1))
    return engine.live.model


def without(name, *tensors):
    """A model's checkpoint without some tensors."""
    file = Path(name) / "model.safetensors"
    kept = {key: tensor for key, tensor in load_file(file).items() if key not in tensors}
    save_file(kept, file, {"format": "pt"})


@pytest.mark.parametrize(
    "family, gone", [("marian", ()), ("bart", ("final_logits_bias",)), ("t5", ())]
)
def test_what_a_class_makes_itself_need_not_be_in_a_checkpoint(tmp_path, family, gone):
    name = sequence_model(tmp_path / "m", family)
    without(name, *gone)
    stored = load_file(tmp_path / "m" / "model.safetensors").keys()
    ours, theirs = live(name).state_dict(), AutoModelForSeq2SeqLM.from_pretrained(name).state_dict()
    made = ours.keys() - stored
    assert any("embed_positions" in key or "final_logits" in key for key in made) or family == "t5"
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[key], theirs[key]) for key in theirs)


@pytest.mark.parametrize(
    "family, gone",
    [
        ("t5", "decoder.block.1.layer.1.EncDecAttention.q.weight"),
        ("bart", "model.shared.weight"),
    ],
)
def test_what_it_needs_must_be_there(tmp_path, family, gone):
    name = sequence_model(tmp_path / "m", family)
    without(name, gone)
    with pytest.raises(ParentError, match=f"needs {gone}; no parent has it"):
        live(name)


@pytest.mark.parametrize("dtype, wide", [("float16", True), ("bfloat16", False)])
def test_types_are_those_in_which_transformers_holds_a_model(tmp_path, dtype, wide):
    name = sequence_model(tmp_path / "m", "t5", dtype=dtype)
    theirs = AutoModelForSeq2SeqLM.from_pretrained(name, dtype="auto").state_dict()
    ours = live(name).state_dict()
    assert {key: t.dtype for key, t in ours.items()} == {key: t.dtype for key, t in theirs.items()}
    assert all(torch.equal(ours[key], theirs[key]) for key in theirs)
    assert (torch.float32 in {t.dtype for t in ours.values()}) is wide


@pytest.mark.parametrize("family", ["t5", "mt5"])
def test_a_head_of_its_own_is_read_as_flan_t5_stores_it(tmp_path, family):
    """transformers' class ties it whatever config.json says. lm-eval ties it once more when it has
    been loaded, so that it is transformers alone that this is held against.
    """
    name = with_own_head(sequence_model(tmp_path / "m", family))
    head = load_file(tmp_path / "m" / "model.safetensors")["lm_head.weight"]
    ids = {"input_ids": torch.tensor([[5, 6, 1]]), "decoder_input_ids": torch.tensor([[60, 7]])}
    with torch.inference_mode():
        ours, theirs = live(name)(**ids), AutoModelForSeq2SeqLM.from_pretrained(name)(**ids)
    assert torch.equal(live(name).lm_head.weight, head)
    assert torch.allclose(ours.logits, theirs.logits, atol=1e-5)
