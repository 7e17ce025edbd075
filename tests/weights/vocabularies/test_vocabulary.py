"""What has a row for each token is found in any architecture."""

import pytest
import torch

from evomerge.errors import ParentError
from evomerge.weights import Spec
from evomerge.weights.vocabularies.vocabulary import (
    read_vocabulary,
    strange_to_tokens,
    vocabulary_tensors,
)
from tests.tokenized import tokenized_model, tokenizer

TOKENS = 211
SIZES = {
    **dict.fromkeys(("hidden_size", "n_embd", "d_model", "word_embed_proj_dim"), 16),
    **dict.fromkeys(("intermediate_size", "d_ff", "ffn_dim"), 24),
    **dict.fromkeys(("num_hidden_layers", "n_layer", "num_layers"), 2),
    **dict.fromkeys(("num_attention_heads", "num_key_value_heads", "n_head", "num_heads"), 2),
    **dict.fromkeys(("max_position_embeddings", "n_positions"), TOKENS),
    "vocab_size": TOKENS,
    "pad_token_id": 0,
    "tie_word_embeddings": False,
    "d_inner": 24,
}
CAUSAL = [
    "llama",
    "gemma2",
    "phi",
    "gpt2",
    "gpt_neox",
    "opt",
    "bloom",
    "mamba",
    "qwen2_moe",
    "xlnet",
]
MASKED = ["bert", "roberta", "distilbert", "electra"]


@pytest.mark.parametrize(
    "kind, task",
    [(kind, "CausalLM") for kind in CAUSAL]
    + [(kind, "MaskedLM") for kind in MASKED]
    + [("t5", "Seq2SeqLM")],
)
def test_tensors_by_token_are_found_and_those_by_position_are_not(kind, task):
    import transformers

    sizes = {k: v for k, v in SIZES.items() if kind != "xlnet" or "posi" not in k}  # no limit
    config = transformers.AutoConfig.for_model(kind, **sizes)
    with torch.device("meta"):
        model = getattr(transformers, f"AutoModelFor{task}").from_config(config)
    specs = {n: Spec(tuple(t.shape), t.dtype) for n, t in model.state_dict().items()}
    found = vocabulary_tensors(config.to_dict(), specs)
    named = dict(model.named_parameters(remove_duplicate=False))
    for layer in (model.get_input_embeddings(), model.get_output_embeddings()):
        assert any(named[name] is layer.weight for name in found)
    assert all(specs[name].shape[0] == TOKENS for name in found)
    assert not [name for name in found if "posi" in name or "wpe" in name]
    assert strange_to_tokens(config.to_dict(), specs) == ()


def test_what_has_tokens_elsewhere_than_in_rows_is_found():
    shapes = {
        "final_logits_bias": (1, TOKENS),
        "model.shared.weight": (TOKENS, 16),
        "model.norm.weight": (TOKENS,),
        "model.layers.0.mlp.weight": (TOKENS, 16),
        "transformer.w.weight": (TOKENS, 16),
    }
    specs = {name: Spec(shape, torch.float32) for name, shape in shapes.items()}
    found = strange_to_tokens({"vocab_size": TOKENS}, specs)
    assert found == ("final_logits_bias", "transformer.w.weight")


def test_layers_that_guess_further_tokens_have_tensors_by_token():
    names = {
        "model.layers.61.embed_tokens.weight": True,
        "model.layers.61.shared_head.head.weight": True,
        "model.layers.61.shared_head.norm.weight": False,
        "model.layers.60.mlp.gate_proj.weight": False,
    }
    specs = {name: Spec((TOKENS, 16), torch.float32) for name in names}
    found = vocabulary_tensors({"vocab_size": TOKENS}, specs)
    assert found == tuple(name for name, by_token in names.items() if by_token)


def test_a_vocabulary_is_what_transformers_reads(tmp_path):
    words = tokenizer(added=["<|im_start|>"])
    vocabulary = read_vocabulary(tmp_path / tokenized_model(tmp_path / "m", words, 0))
    assert vocabulary.ids == words.get_vocab()
    assert set(vocabulary.added) == {"<s>", "</s>", "<unk>", "<|im_start|>"}
    assert vocabulary.ordinary == words.get_vocab().keys() - vocabulary.added.keys()
    with pytest.raises(ParentError, match="its tokenizer cannot be loaded"):
        read_vocabulary(tmp_path)
