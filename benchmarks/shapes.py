"""Random models of a real model's shape, written to disk: parents to time merges with.

    python benchmarks/shapes.py 160M FOLDER

writes FOLDER/base and FOLDER/a, b, c: the base, and three models that differ from it by a little.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from evomerge.weights import FolderWriter, Spec

SHAPES = {
    "135M": {"hidden_size": 576, "intermediate_size": 1536, "layers": 30, "vocab_size": 49152},
    "160M": {"hidden_size": 768, "intermediate_size": 2048, "layers": 16, "vocab_size": 32000},
    "1B": {"hidden_size": 2048, "intermediate_size": 5632, "layers": 13, "vocab_size": 32000},
    "3B": {"hidden_size": 3072, "intermediate_size": 8192, "layers": 26, "vocab_size": 32000},
    "7B": {"hidden_size": 4096, "intermediate_size": 11008, "layers": 32, "vocab_size": 32000},
}
"""Llamas; all but the smallest have an output layer of their own."""
CHANGE = 0.05
"""Standard deviation of what a model differs by, as a share of that of the base's weights."""


def tensors_of(size: str) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor, by name."""
    shape = SHAPES[size]
    hidden, inner = shape["hidden_size"], shape["intermediate_size"]
    vocabulary = shape["vocab_size"]
    made: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (vocabulary, hidden)}
    if size != "135M":
        made["lm_head.weight"] = (vocabulary, hidden)
    made["model.norm.weight"] = (hidden,)
    for layer in range(shape["layers"]):
        before = f"model.layers.{layer}."
        for name in ("q", "k", "v", "o"):
            made[f"{before}self_attn.{name}_proj.weight"] = (hidden, hidden)
        for name in ("gate", "up"):
            made[f"{before}mlp.{name}_proj.weight"] = (inner, hidden)
        made[f"{before}mlp.down_proj.weight"] = (hidden, inner)
        made[f"{before}input_layernorm.weight"] = (hidden,)
        made[f"{before}post_attention_layernorm.weight"] = (hidden,)
    return dict(sorted(made.items()))


def config_of(size: str) -> dict[str, object]:
    """The config.json of that shape."""
    shape = dict(SHAPES[size])
    heads = shape["hidden_size"] // 64
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "num_hidden_layers": shape.pop("layers"),
        "num_attention_heads": heads,
        "num_key_value_heads": heads,
        "max_position_embeddings": 2048,
        "tie_word_embeddings": size == "135M",
        "torch_dtype": "bfloat16",
        **shape,
    }


def write_parents(
    size: str, folder: Path, dtype: torch.dtype = torch.bfloat16, change: float = CHANGE
) -> None:
    """Write base, a, b and c, where they are not there yet."""
    shapes = tensors_of(size)
    specs = {name: Spec(shape, dtype) for name, shape in shapes.items()}
    for model, name in enumerate(("base", "a", "b", "c")):
        if (folder / name).is_dir():
            continue
        with FolderWriter(folder / name) as writer:
            files = writer.tensors(specs)
            for number, (tensor, shape) in enumerate(shapes.items()):
                made = _random(number, shape, 0.02)
                if model:
                    made += _random(model * 100_003 + number, shape, 0.02 * change)
                files.write(tensor, [made.to(dtype)])
            files.finish()
            writer.write_text("config.json", json.dumps(config_of(size), indent=2))


def _random(seed: int, shape: tuple[int, ...], scale: float) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator) * scale


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=SHAPES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--change", type=float, default=CHANGE, help="of weights, relative")
    arguments = parser.parse_args()
    write_parents(arguments.size, arguments.folder, change=arguments.change)
