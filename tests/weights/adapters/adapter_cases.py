import json

import torch
from safetensors.torch import save_file

from evomerge.weights.adapters import adapted


def LoraModel(base, folder):
    """The tensors of a base with an adapter."""
    return adapted(base, base.config, folder)[0]


MODULE = "model.layers.1.self_attn.q_proj"


def write_adapter(folder, tensors, **config):
    folder.mkdir()
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(
        json.dumps({"peft_type": "LORA", "r": 2, "lora_alpha": 6, **config})
    )
    return folder


def pair(module=MODULE, rows=8, columns=8, rank=2):
    torch.manual_seed(1)
    key = f"base_model.model.{module}.lora"
    return {
        f"{key}_A.weight": torch.randn(rank, columns),
        f"{key}_B.weight": torch.randn(rows, rank),
    }
