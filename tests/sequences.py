"""Tiny random encoder-decoders with tokenizers that end texts as theirs do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import processors
from transformers import PreTrainedTokenizerFast

from tests.families import FAMILIES, STACKS
from tests.tokenized import tokenizer

T5 = FAMILIES["t5"][2]
KINDS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "t5": ("T5Config", "T5ForConditionalGeneration", T5),
    "mt5": ("MT5Config", "MT5ForConditionalGeneration", {**T5, "tie_word_embeddings": False}),
    "bart": ("BartConfig", "BartForConditionalGeneration", {**STACKS, "forced_eos_token_id": 1}),
    "marian": ("MarianConfig", "MarianMTModel", {**STACKS, "forced_eos_token_id": 1}),
    "pegasus": ("PegasusConfig", "PegasusForConditionalGeneration", STACKS),
    "mbart": ("MBartConfig", "MBartForConditionalGeneration", {**STACKS, "forced_eos_token_id": 1}),
}
"""For each family the names of its config and model, and settings that make it tiny."""


def words(kind: str) -> PreTrainedTokenizerFast:
    """A tokenizer of a kind whose texts end with </s>, and that pads with <pad>."""
    made = tokenizer(kind, 60, added=["<pad>"])
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token="</s>", unk_token="<unk>", pad_token="<pad>"
    )


def sequence_model(
    folder: Path,
    family: str,
    tokens: str = "bpe",
    seed: int = 0,
    generation: Mapping[str, Any] | None = None,
    **changes: Any,
) -> str:
    """A random model of a family with a tokenizer of a kind; its name for a recipe.

    Args:
        generation: settings of its generation config.
    """
    fast = words(tokens)
    config, model, settings = KINDS[family]
    more = {
        "vocab_size": len(fast),
        "pad_token_id": fast.pad_token_id,
        "eos_token_id": 1,
        "decoder_start_token_id": fast.pad_token_id,
    }
    if "decoder_layers" in settings:
        more["max_position_embeddings"] = 64
    made = getattr(transformers, model)(
        getattr(transformers, config)(**{**settings, **more, **changes})
    )
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if "embed_positions" not in name or family != "marian":  # sinusoids are the class's
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.7)
    for key, value in (generation or {}).items():
        setattr(made.generation_config, key, value)
    made.to(getattr(torch, str(changes.get("dtype", "float32")))).save_pretrained(folder)
    fast.save_pretrained(folder)
    return str(folder)


def with_own_head(name: str, seed: int = 0) -> str:
    """The same T5 with an output layer of its own, as Flan-T5 and mT5 are stored."""
    tensors, config = (Path(name) / file for file in ("model.safetensors", "config.json"))
    stored = load_file(tensors)
    generator = torch.Generator().manual_seed(seed + 100)
    head = torch.randn(stored["shared.weight"].shape, generator=generator)
    save_file({**stored, "lm_head.weight": head}, tensors, {"format": "pt"})
    settings = {**json.loads(config.read_text()), "tie_word_embeddings": False}
    settings.pop("scale_decoder_outputs", None)
    config.write_text(json.dumps(settings))
    return name
