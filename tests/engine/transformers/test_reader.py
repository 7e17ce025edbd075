"""Which models can go on from what they have read, and that they give the same when they do."""

from types import SimpleNamespace

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM

from evomerge.cores import Cores
from evomerge.engine.request import Generation, Likelihood
from evomerge.engine.transformers.reader import Reader
from evomerge.engine.transformers.scorer import Scorer

SMALL = {
    "vocab_size": 60,
    "hidden_size": 16,
    "intermediate_size": 24,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 128,
    "initializer_range": 0.5,
    "pad_token_id": 0,
}
SHARING = {
    "llama": {},
    "qwen2": {},
    "qwen3": {},
    "mistral": {"sliding_window": None},
    "gpt2": {"n_positions": 128},
    "gpt_neox": {},
    "opt": {"ffn_dim": 24, "word_embed_proj_dim": 16},
    "phi": {},
    "gemma": {},
}
ELSE = {
    "mistral": {"sliding_window": 16},
    "gemma3_text": {"sliding_window": 16, "layer_types": ["sliding_attention", "full_attention"]},
    "bloom": {},
    "mpt": {"d_model": 16, "n_heads": 2, "n_layers": 2},
    "falcon": {"alibi": True, "head_dim": "absent"},
    "mamba": {"state_size": 4},
}


def live_model(kind, extra):
    torch.manual_seed(0)
    settings = {key: value for key, value in {**SMALL, **extra}.items() if value != "absent"}
    config = AutoConfig.for_model(kind, **settings)
    model = AutoModelForCausalLM.from_config(config).eval()
    return SimpleNamespace(model=model, device=torch.device("cpu"), is_spread=False)


@pytest.fixture(scope="module")
def requests():
    shots = tuple(n * 7 % 53 + 3 for n in range(40))
    questions = [(*shots, *[n % 5 + 3] * (n % 3), n + 9) for n in range(12)]
    choices = [
        tuple(Likelihood((*question, *[c + 20] * (c + 1), 4), c + 2) for c in range(3))
        for question in questions
    ]
    return [*choices, *[(Generation(question, (), 6),) for question in questions]]


@pytest.mark.parametrize("kind", SHARING)
def test_models_that_share_give_the_answers_of_reading_alone(
    monkeypatch, tokenizer, requests, kind
):
    live = live_model(kind, SHARING[kind])
    assert Reader(live, None).shares
    with Cores(1) as cores:
        shared = Scorer(tokenizer, cores).answer(live, requests)
        monkeypatch.setattr(Reader, "shares", False)
        alone = Scorer(tokenizer, cores).answer(live, requests)
    assert shared.work.tokens < alone.work.tokens / 3
    for ours, theirs in zip(shared.items, alone.items, strict=True):
        for our, their in zip(ours, theirs, strict=True):
            if hasattr(our, "logprob"):
                assert our.logprob == pytest.approx(their.logprob, rel=1e-5, abs=1e-4)
                assert our.greedy == their.greedy
            else:
                assert our == their


@pytest.mark.parametrize("kind", ELSE)
def test_models_with_windows_states_or_distances_of_their_own_read_whole_texts(kind):
    assert not Reader(live_model(kind, ELSE[kind]), None).shares
