"""A three-layer Llama of a few hundred weights, random, on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file

LAYERS = 3
CONFIG = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 8,
    "intermediate_size": 12,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "vocab_size": 20,
    "max_position_embeddings": 64,
    "tie_word_embeddings": True,
    "bos_token_id": 0,
    "eos_token_id": 1,
}


def tiny_tensors(seed: int, dtype: torch.dtype = torch.float32) -> dict[str, torch.Tensor]:
    """The tensors of a three-layer Llama, random."""
    generator = torch.Generator().manual_seed(seed)
    shapes = {"model.embed_tokens.weight": (20, 8), "model.norm.weight": (8,)}
    for layer in range(LAYERS):
        for name, shape in {
            "self_attn.q_proj": (8, 8),
            "self_attn.k_proj": (8, 8),
            "self_attn.v_proj": (8, 8),
            "self_attn.o_proj": (8, 8),
            "mlp.gate_proj": (12, 8),
            "mlp.up_proj": (12, 8),
            "mlp.down_proj": (8, 12),
            "input_layernorm": (8,),
            "post_attention_layernorm": (8,),
        }.items():
            shapes[f"model.layers.{layer}.{name}.weight"] = shape
    return {
        name: torch.randn(shape, generator=generator).to(dtype) for name, shape in shapes.items()
    }


def write_model(
    folder: Path,
    tensors: Mapping[str, torch.Tensor],
    config: Mapping[str, object] | None = None,
) -> Path:
    """A model folder without a tokenizer."""
    folder.mkdir(parents=True)
    save_file(dict(tensors), folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config or CONFIG))
    return folder
