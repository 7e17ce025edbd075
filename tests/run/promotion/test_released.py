"""A winner's folder is asked by transformers alone before it has its name."""

import json
import shutil
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from evomerge import evolve
from evomerge.engine.request import Generated, Generation, Likelihood, Likely
from evomerge.ledger import ItemsOpened, Ledger, WinnerChosen
from evomerge.merge.folder import verification
from evomerge.merge.folder.verification import AnswerAfresh, VerificationError, ask_afresh
from evomerge.recipe import parse_recipe, recipe_from
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import prepare
from evomerge.run.promotion import released
from evomerge.run.promotion.released import SAMPLE, Probe, _difference, verifier
from evomerge.score.items.item import Item
from evomerge.weights import tokenizer_files
from evomerge.zoo import zoo_folder
from tests.families import FAMILIES, build, model_class
from tests.run.small import TEXT


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A finished run, and what checks its winner's folder."""
    recipe = parse_recipe(TEXT)
    folder = tmp_path_factory.mktemp("released") / "run"
    done = evolve(recipe, folder)
    prepared = prepare(recipe)
    with Ledger(folder) as ledger:
        (opened,) = ledger.all_of(ItemsOpened)
        prepared.benchmark.open_test(opened)
        digest = ledger.all_of(WinnerChosen)[-1].digest
        plain = next(t.recipe for t in ledger.trials() if t.digest == digest)
        evaluations = Evaluations(ledger, prepared.benchmark, lambda: None)
        winner = Offspring(recipe_from(plain), digest)
        yield done, verifier(evaluations, prepared.benchmark, winner, torch.device("cpu"))


@pytest.fixture
def copy(run, tmp_path):
    done, _ = run
    return shutil.copytree(done.winner, tmp_path / "copy")


def test_the_folder_of_a_winner_answers_as_was_recorded(run, monkeypatch, real_program):
    """Items of both tasks are asked: what is generated, and what is likely."""
    done, verify = run
    asked = []

    def ask(folder, requests, device):
        asked.extend(requests)
        return ask_afresh(folder, requests, device)

    monkeypatch.setattr(released, "ask_afresh", ask)
    monkeypatch.setattr(verification, "run_program", real_program)
    verify(done.winner)
    assert sum(isinstance(one, Generation) for one in asked) == SAMPLE // 2
    assert sum(isinstance(one, Likelihood) for one in asked) > SAMPLE // 2


def test_other_weights_under_the_same_names_are_found_out(run, copy):
    _, verify = run
    file = copy / "model.safetensors"
    tensors = load_file(file)
    name = next(name for name in tensors if "embed" in name)
    tensors[name] = tensors[name].roll(1, 0)
    save_file(tensors, file)
    with pytest.raises(VerificationError, match="answers otherwise than the one that was scored"):
        verify(copy)


def test_a_config_by_which_the_same_weights_compute_otherwise_is_found_out(run, copy):
    _, verify = run
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, "hidden_act": "relu", "rope_theta": 7}))
    with pytest.raises(VerificationError, match="answers otherwise"):
        verify(copy)


@pytest.mark.parametrize(
    "change, problem",
    [
        ({"quantization_config": {"quant_method": "bitsandbytes", "load_in_4bit": True}}, "bitsan"),
        ({"num_hidden_layers": 99}, "has missing keys: model.layers"),
        ({"hidden_size": 99}, "does not load or run what was written"),
    ],
)
def test_a_folder_that_transformers_cannot_load_is_no_release(run, copy, change, problem):
    _, verify = run
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, **change}))
    with pytest.raises(VerificationError, match=problem):
        verify(copy)


def test_a_folder_without_its_tokenizer_is_no_release(run, copy):
    _, verify = run
    for file in copy.glob("*token*"):
        file.unlink()
    with pytest.raises(VerificationError, match="does not load or run"):
        verify(copy)


def test_a_vision_language_winner_is_released_as_it_was_scored(tmp_path):
    """Its parents are stored under old and new names of their parts."""
    zoo = zoo_folder("zoo:base")
    size = json.loads((zoo / "config.json").read_text())["vocab_size"]
    text = {**FAMILIES["llava"][2]["text_config"], "vocab_size": size}
    names = []
    for seed, name in enumerate(("one", "two")):
        folder = tmp_path / name
        model = build("llava", seed, text_config=text, image_token_index=size - 1)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.mul_(0.1)
        model.generation_config.eos_token_id = 1
        model.save_pretrained(folder, save_original_format=seed == 0)
        for file in tokenizer_files(zoo):
            shutil.copy(file, folder)
        names.append(str(folder))
    recipe = parse_recipe(f"""
merge_method: linear
models:
  - {{model: {names[0]}, parameters: {{weight: {{gene: {{low: 0.2, high: 1}}}}}}}}
  - {{model: {names[1]}, parameters: {{weight: {{gene: {{low: 0.2, high: 1}}}}}}}}
evolve:
  fitness: [{{task: zoo_largest, metric: acc}}, {{task: zoo_arithmetic, metric: exact_match}}]
  splits: {{search: 12, validation: 8, test: 16}}
  search: {{population: 3}}
  budget: {{evaluations: 3}}
  elites: 1
""")
    done = evolve(recipe, tmp_path / "run")
    _, info = model_class("llava").from_pretrained(done.winner, output_loading_info=True)
    assert not any(info.values()), info


def asked(text):
    recorded = Generated(text, 5, True)
    return Probe(Item("t", "i", 0, (), "q", "a"), Generation((1,), (), 5), recorded)


@pytest.mark.parametrize(
    "texts, leads, differs",
    [
        (["a", "a b"], [1.0, 1.0], False),
        (["a", "a c"], [1.0, 1.0], True),
        (["a", "a c"], [1.0, 1e-6], False),
        (["a", "a c"], [1e-6, 1.0, 1.0], False),
        (["c", "c d"], [1.0, 1e-6], True),
        ([], [], True),
        (["\ufffd", "é", "é c"], [1.0, 1.0, 1.0], True),
    ],
)
def test_another_text_is_the_same_only_where_two_tokens_are_equally_likely(texts, leads, differs):
    text = "é b" if "é" in texts else "a b"
    found = _difference(asked(text), AnswerAfresh(texts=texts, leads=leads), torch.float32)
    assert bool(found) is differs


def test_log_likelihoods_may_differ_by_a_rounding_of_each_token():
    one = replace(asked(""), request=Likelihood((1, 2, 3), 2), recorded=Likely(-4.0, False))
    assert _difference(one, AnswerAfresh(-4.003), torch.float32) == ""
    assert "not -4.0000" in _difference(one, AnswerAfresh(-4.01), torch.float32)


def test_large_ones_may_differ_by_roundings_of_their_size():
    """Neighbours in bfloat16 are 0.25 apart there; seen of a path through SmolLM2."""
    one = replace(asked(""), request=Likelihood((1, 2, 3), 1), recorded=Likely(-37.0, False))
    assert _difference(one, AnswerAfresh(-36.4904), torch.bfloat16) == ""
    assert "not -37.0000" in _difference(one, AnswerAfresh(-35.0), torch.bfloat16)
    assert "not -37.0000" in _difference(one, AnswerAfresh(-36.4904), torch.float16)
