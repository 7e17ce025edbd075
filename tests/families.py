"""Tiny random models of the families that transformers knows, saved as transformers saves them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import PreTrainedModel

SIZES: dict[str, Any] = {
    "vocab_size": 40,
    "hidden_size": 8,
    "intermediate_size": 12,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "max_position_embeddings": 16,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": 0,
}
GROUPED = {**SIZES, "num_key_value_heads": 1}
EXPERTS = {"num_experts_per_tok": 2, "moe_intermediate_size": 8}
SIGHT = {
    "hidden_size": 8,
    "intermediate_size": 12,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": 8,
    "patch_size": 4,
}
STACKS = {
    "vocab_size": 40,
    "d_model": 8,
    "encoder_layers": 3,
    "decoder_layers": 2,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 12,
    "decoder_ffn_dim": 12,
}
FAMILIES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "llama": ("LlamaConfig", "LlamaForCausalLM", GROUPED),
    "mistral": ("MistralConfig", "MistralForCausalLM", GROUPED),
    "qwen2": ("Qwen2Config", "Qwen2ForCausalLM", {**GROUPED, "tie_word_embeddings": True}),
    "gemma2": ("Gemma2Config", "Gemma2ForCausalLM", {**GROUPED, "head_dim": 4}),
    "phi": ("PhiConfig", "PhiForCausalLM", SIZES),
    "gpt_neox": ("GPTNeoXConfig", "GPTNeoXForCausalLM", SIZES),
    "gpt2": (
        "GPT2Config",
        "GPT2LMHeadModel",
        {"vocab_size": 40, "n_embd": 8, "n_layer": 3, "n_head": 2, "n_positions": 16},
    ),
    "mixtral": (
        "MixtralConfig",
        "MixtralForCausalLM",
        {**GROUPED, "num_local_experts": 3, "num_experts_per_tok": 2},
    ),
    "qwen3_moe": (
        "Qwen3MoeConfig",
        "Qwen3MoeForCausalLM",
        {**GROUPED, **EXPERTS, "num_experts": 3},
    ),
    "gpt_oss": (
        "GptOssConfig",
        "GptOssForCausalLM",
        {**GROUPED, **EXPERTS, "head_dim": 4, "num_local_experts": 3},
    ),
    "mamba": (
        "MambaConfig",
        "MambaForCausalLM",
        {"vocab_size": 40, "hidden_size": 8, "num_hidden_layers": 3, "state_size": 4},
    ),
    "bert": ("BertConfig", "BertForMaskedLM", SIZES),
    "bert_base": ("BertConfig", "BertModel", SIZES),
    "t5": (
        "T5Config",
        "T5ForConditionalGeneration",
        {
            "vocab_size": 40,
            "d_model": 8,
            "d_kv": 4,
            "d_ff": 12,
            "num_layers": 3,
            "num_decoder_layers": 2,
            "num_heads": 2,
        },
    ),
    "bart": (
        "BartConfig",
        "BartForConditionalGeneration",
        {**STACKS, "max_position_embeddings": 16},
    ),
    "vit": ("ViTConfig", "ViTForImageClassification", SIGHT),
    "clip": ("CLIPConfig", "CLIPModel", {"text_config": SIZES, "vision_config": SIGHT}),
    "llava": (
        "LlavaConfig",
        "LlavaForConditionalGeneration",
        {
            "text_config": {**GROUPED, "model_type": "llama"},
            "vision_config": {**SIGHT, "model_type": "clip_vision_model"},
            "image_token_index": 39,
        },
    ),
    "qwen2_vl": (
        "Qwen2VLConfig",
        "Qwen2VLForConditionalGeneration",
        {
            "text_config": {
                **GROUPED,
                "model_type": "qwen2_vl_text",
                "rope_parameters": {"rope_type": "default", "mrope_section": [1, 1, 0]},
            },
            "vision_config": {"embed_dim": 8, "hidden_size": 8, "depth": 2, "num_heads": 2},
        },
    ),
    "gemma3": (
        "Gemma3Config",
        "Gemma3ForConditionalGeneration",
        {"text_config": {**GROUPED, "head_dim": 4}, "vision_config": SIGHT},
    ),
}
"""For each family the names of its config and model, and settings that make it tiny."""


def model_class(family: str) -> type[PreTrainedModel]:
    """The family's model."""
    found: type[PreTrainedModel] = getattr(transformers, FAMILIES[family][1])
    return found


def build(family: str, seed: int, **changes: Any) -> PreTrainedModel:
    """A model of the family with random weights."""
    name, _, settings = FAMILIES[family]
    model = model_class(family)._from_config(getattr(transformers, name)(**{**settings, **changes}))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return model


def save(folder: Path, family: str, seed: int, **changes: Any) -> str:
    """Such a model in a folder, and the folder's name for a recipe."""
    build(family, seed, **changes).save_pretrained(folder)
    return str(folder)
