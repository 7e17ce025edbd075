import pytest
import torch

from evomerge.errors import ParentError
from evomerge.weights import open_parent
from tests.tiny import tiny_tensors, write_model


def test_quantized_parents_are_refused(make_model):
    codes = {"model.layers.0.mlp.up_proj.qweight": torch.zeros(4, 4, dtype=torch.int32)}
    settings = {"quant_method": "gptq"}
    name = make_model("q", tensors=codes, quantization_config=settings)
    with pytest.raises(ParentError, match=r"up_proj.qweight is quantized \(gptq\); dequantize"):
        open_parent(name)
    open_parent(make_model("dequantized", quantization_config=settings))


def test_a_model_without_a_config_is_refused(tmp_path):
    folder = write_model(tmp_path / "m", tiny_tensors(0))
    (folder / "config.json").unlink()
    with pytest.raises(ParentError, match=r"config.json: cannot be read"):
        open_parent(str(folder))
    (folder / "config.json").write_text("{")
    with pytest.raises(ParentError, match="not valid JSON"):
        open_parent(str(folder))


def test_a_tensor_whose_values_were_left_in_other_processes_is_told(make_model):
    name = make_model("m", tensors={"model.layers.1.mlp.up_proj.weight": torch.zeros(0)})
    with pytest.raises(ParentError, match=r"up_proj.weight has no elements; .*Save the gathered"):
        open_parent(name)


def test_a_quantization_of_a_part_is_left_out_too(make_model):
    coded = {"quantization_config": {"quant_method": "bitsandbytes"}}
    parent = open_parent(make_model("m", text_config={"hidden_size": 8, **coded}))
    assert parent.config["text_config"] == {"hidden_size": 8}
    assert parent.notes == (
        "text_config.quantization_config in config.json is left out: its tensors are whole",
    )
