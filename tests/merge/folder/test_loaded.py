import io
import json
import sys

import pytest
import torch

from evomerge.merge.folder import loaded
from tests.tiny import CONFIG, tiny_tensors, write_model
from tests.tokenized import tokenized_model, tokenizer


@pytest.mark.parametrize(
    "config, generates, name",
    [
        (CONFIG, False, "LlamaForCausalLM"),
        ({"model_type": "llama"}, True, "LlamaForCausalLM"),
        ({"model_type": "bert", "architectures": ["BertModel"]}, False, "BertModel"),
        ({"model_type": "bert", "architectures": ["BertModel"]}, True, "BertLMHeadModel"),
        ({"model_type": "t5", "is_encoder_decoder": True}, True, "T5ForConditionalGeneration"),
        ({"model_type": "clip"}, False, "CLIPModel"),
        ({"model_type": "clip"}, True, None),
        ({"model_type": "mine"}, False, None),
        ({"model_type": "llama", "auto_map": {"AutoModel": "mine.Mine"}}, False, None),
    ],
)
def test_the_class_is_the_one_that_is_named_or_the_types(config, generates, name):
    kind = loaded.class_of(config, generates)
    assert (kind and kind.__name__) == name


def test_a_model_is_whole_or_an_error(tmp_path):
    model = loaded.load(write_model(tmp_path / "m", tiny_tensors(0)))
    assert not model.training
    kept = {n: t for n, t in tiny_tensors(0).items() if n != "model.norm.weight"}
    folder = write_model(tmp_path / "less", kept)
    with pytest.raises(ValueError, match=r"has missing keys: model.norm.weight"):
        loaded.load(folder)
    assert loaded.load(folder, may_lack=["model.norm.weight"]) is not None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "m"
    tokenized_model(folder, tokenizer(), 0)
    return folder


def asked(monkeypatch, capsys, **given):
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(given)))
    loaded.main()
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_likelihoods_and_texts_are_those_of_the_model(folder, monkeypatch, capsys):
    tokens = [3, 5, 7, 2]
    requests = [
        {"tokens": tokens, "scored": 2},
        {"tokens": tokens, "stops": [], "max_tokens": 3, "thought": None},
    ]
    said = asked(monkeypatch, capsys, folder=str(folder), device="cpu", requests=requests)
    likely, text = said["answers"]
    model = loaded.load(folder)
    with torch.inference_mode():
        logprobs = model(torch.tensor([tokens])).logits[0].float().log_softmax(-1)
    expected = float(logprobs[1, 7] + logprobs[2, 2])
    assert likely["logprob"] == pytest.approx(expected, abs=1e-5)
    assert 1 <= len(text["texts"]) == len(text["leads"]) <= 3
    best = logprobs[3].topk(2).values
    assert text["leads"][0] == pytest.approx(float(best[0] - best[1]), abs=1e-4)


def test_a_folder_that_cannot_be_loaded_is_told(tmp_path, monkeypatch, capsys):
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    said = asked(monkeypatch, capsys, folder=str(tmp_path), device="cpu", requests=[])
    assert "Error" in said["error"]


@pytest.mark.parametrize(
    "text, stops, kept", [("a b c", ["c", " b"], "a"), ("a", ["b"], "a"), ("abc", [], "abc")]
)
def test_an_answer_ends_at_its_first_stop(text, stops, kept):
    assert loaded._cut(text, stops) == kept
