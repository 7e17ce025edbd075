"""What a parent may ask of generation, and that its tensors must fill its model."""

import json
from pathlib import Path

import pytest
import torch
import transformers

from evomerge.engine.transformers.checks import _NEUTRAL, check_parent
from evomerge.errors import ParentError
from evomerge.weights import open_parent
from tests.sequences import sequence_model
from tests.tiny import CONFIG

CHANGES = {
    "num_beams": 4,
    "no_repeat_ngram_size": 2,
    "encoder_no_repeat_ngram_size": 2,
    "encoder_repetition_penalty": 1.3,
    "min_length": 9,
    "min_new_tokens": 5,
    "bad_words_ids": [[3]],
    "sequence_bias": [[[3], -9.0]],
    "suppress_tokens": [3],
    "begin_suppress_tokens": [3],
    "forced_bos_token_id": 3,
    "forced_eos_token_id": 1,
    "exponential_decay_length_penalty": [3, 1.5],
    "guidance_scale": 1.5,
    "penalty_alpha": 0.6,
}
"""Settings with which an answer is another than the greedy one."""


def with_generation(name, **settings):
    """The parent of a folder whose generation config holds these settings."""
    Path(name, "generation_config.json").write_text(json.dumps(settings))
    return open_parent(name)


def test_settings_that_change_greedy_answers_are_refused_and_told(make_model):
    name = make_model("a")
    assert CHANGES.keys() == _NEUTRAL.keys()
    for setting, value in CHANGES.items():
        expected = f"a/generation_config.json: sets {setting}, which .* remove it"
        with pytest.raises(ParentError, match=expected):
            check_parent(with_generation(name, **{setting: value}))


def refusal(parent):
    """Why a parent is refused; None where it is not."""
    try:
        check_parent(parent)
    except ParentError as error:
        return str(error)
    return None


def test_settings_that_change_nothing_are_let_pass(make_model):
    name = make_model("a")
    drawn = {"do_sample": True, "temperature": 0.6, "repetition_penalty": 1.2}
    for settings in (_NEUTRAL, drawn, dict.fromkeys(_NEUTRAL)):
        assert refusal(with_generation(name, **settings)) is None
        assert "sets num_beams" in refusal(with_generation(name, **{**settings, "num_beams": 4}))


def test_transformers_answers_the_same_with_settings_that_change_nothing():
    torch.manual_seed(0)
    model = transformers.LlamaForCausalLM(
        transformers.LlamaConfig(**CONFIG, initializer_range=0.5, pad_token_id=0)
    )

    def scores(**settings):
        config = transformers.GenerationConfig(
            max_new_tokens=12,
            pad_token_id=0,
            output_scores=True,
            return_dict_in_generate=True,
            **settings,
        )
        asked = {"input_ids": torch.tensor([[3, 14, 15]]), "attention_mask": torch.ones(1, 3)}
        return torch.cat(model.generate(**asked, generation_config=config).scores)

    assert torch.equal(scores(**_NEUTRAL), scores())
    assert not torch.equal(scores(no_repeat_ngram_size=1), scores())


@pytest.mark.parametrize("eos", [None, 1, [1, 2], []])
def test_an_end_is_a_token_or_some(make_model, eos):
    assert refusal(with_generation(make_model("a"), eos_token_id=eos)) is None


@pytest.mark.parametrize("eos", ["</s>", [1, "</s>"], 1.5])
def test_an_end_that_is_none_is_told(make_model, eos):
    with pytest.raises(ParentError, match=r"eos_token_id is .*, not a token or a list of them"):
        check_parent(with_generation(make_model("a"), eos_token_id=eos))


def test_encoder_decoders_may_force_the_tokens_that_begin_and_end_an_answer(tmp_path):
    name = sequence_model(tmp_path / "m", "bart")
    for setting in ("forced_bos_token_id", "forced_eos_token_id"):
        check_parent(with_generation(name, **{setting: 3}))
        with pytest.raises(ParentError, match=f"sets {setting}"):
            check_parent(with_generation(name, **{setting: [3, 4]}))
    with pytest.raises(ParentError, match="sets num_beams"):
        check_parent(with_generation(name, num_beams=4))


def test_settings_stand_in_config_where_there_is_no_generation_config(make_model):
    check_parent(open_parent(make_model("a", num_beams=1)))
    with pytest.raises(ParentError, match=r"b/config\.json: sets num_beams"):
        check_parent(open_parent(make_model("b", num_beams=4)))


def test_tensors_fill_the_model(make_model):
    gone = "model.layers.1.mlp.up_proj.weight"
    with pytest.raises(ParentError, match=f"needs {gone}"):
        check_parent(open_parent(make_model("a", without=[gone])))
    with pytest.raises(ParentError, match=rf"{gone} is \[3, 8\], but .* makes it \[12, 8\]"):
        check_parent(open_parent(make_model("b", tensors={gone: torch.ones(3, 8)})))
    with pytest.raises(ParentError, match=r"has no tensor model\.layers\.2\."):
        check_parent(open_parent(make_model("c", num_hidden_layers=2)))
    with pytest.raises(ParentError, match="not a language model that transformers knows"):
        check_parent(open_parent(make_model("d", model_type="nobody")))
