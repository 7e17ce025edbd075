"""The engine of transformers: its tensors are the model's own, and it holds one model at a time."""

import gc
import json
import weakref
from dataclasses import replace

import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine.architecture import Architecture
from evomerge.engine.loading import load
from evomerge.engine.request import Generated, Generation, Likelihood
from evomerge.engine.transformers import generation, likelihood
from evomerge.engine.transformers.engine import TRANSFORMERS, TransformersEngine
from evomerge.engine.transformers.live import LiveModel
from evomerge.engine.transformers.statistics import grams, information
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from tests.engine.transformers.prompts import answers, sentences
from tests.live import LiveBank


@pytest.fixture
def parent(make_model):
    return open_parent(make_model("a", seed=1))


@pytest.fixture
def engine():
    return TransformersEngine(None, Cores(1), torch.device("cpu"))


def architecture(parent):
    return Architecture.of(parent, parent.tensors.specs)


def test_what_it_lends_is_what_its_model_reads(engine, parent):
    names = engine.open(architecture(parent))
    state = engine.live.model.state_dict()
    assert set(state) - set(names) == {"lm_head.weight"}  # tied to the embedding
    for name in names:
        assert engine.lend(name).data_ptr() == state[name].data_ptr()
    load(engine, parent, Cores(1))
    ids = torch.tensor([[3, 1, 4]])
    before = engine.live.model(ids).logits
    engine.lend("model.norm.weight").mul_(2)
    torch.testing.assert_close(engine.live.model(ids).logits, 2 * before)


def test_what_comes_next_is_what_likelihoods_are_made_of(engine, parent):
    load(engine, parent, Cores(1))
    tokens = [3, 1, 4, 1, 5]
    expected = engine.next_tokens(tokens)
    torch.testing.assert_close(expected.exp().sum(-1), torch.ones(len(tokens)))
    scored = [float(expected[at - 1, tokens[at]]) for at in (3, 4)]
    ((answer,),) = engine.answer([[Likelihood(tuple(tokens), 2)]]).items
    assert answer.logprob == pytest.approx(sum(scored), abs=1e-5)


def test_it_holds_one_model_at_a_time(monkeypatch, engine, parent):
    with pytest.raises(RuntimeError, match="no offspring has been opened"):
        _ = engine.live
    engine.open(architecture(parent))
    first = weakref.ref(engine.live.model)
    engine.open(architecture(parent))
    assert engine.live.model is first()
    gone = []

    def watched(*given):
        gc.collect()
        gone.append(first() is None)
        return LiveModel(*given)

    monkeypatch.setattr("evomerge.engine.transformers.engine.LiveModel", watched)
    engine.open(replace(architecture(parent), dtype=torch.float64))
    assert gone == [True]
    assert engine.live.model.dtype == torch.float64
    engine.close()
    with pytest.raises(RuntimeError, match="no offspring has been opened"):
        _ = engine.live


@pytest.mark.parametrize("kind, find", [("information", information), ("grams", grams)])
def test_its_statistics_are_those_of_its_model(engine, parent, kind, find):
    load(engine, parent, Cores(1))
    prompts = [[3, 1, 4], [1, 5]]
    found, expected = engine.statistics(kind, prompts), find(engine.live, prompts)
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert engine.readable([3, 99, 4]) == [3, 4]


@pytest.mark.parametrize("module", [generation, likelihood])
def test_runs_are_bound_to_the_size_of_batches(monkeypatch, module):
    usual = json.loads(json.dumps(TRANSFORMERS.identity.plain()))
    monkeypatch.setitem(module.TOKENS_PER_BATCH, "cpu", 7)
    other = replace(TRANSFORMERS).identity.plain()  # a kind asks for its settings once
    assert other["settings"] != usual["settings"]
    assert {**other, "settings": usual["settings"]} == usual


@pytest.mark.gpu
def test_the_gpu_gives_the_same_answers(tokenizer):
    recipe = parse_recipe("merge_method: linear\nmodels: [{model: zoo:arithmetic}]")
    parents = {"zoo:arithmetic": open_parent("zoo:arithmetic")}
    prompts = sentences(tokenizer, 50)
    requests = [Generation(p, ("\n",), 6) for p in prompts] + [Likelihood(p, 2) for p in prompts]
    both = []
    for device in ("cpu", "cuda"):
        with Cores(1) as cores:
            live = LiveBank(parents, torch.device(device)).write(recipe, cores)
        both.append(answers(live, tokenizer, requests)[0])
    for cpu, gpu in zip(*both, strict=True):
        if isinstance(cpu, Generated):
            assert cpu == gpu
        else:
            assert cpu.logprob == pytest.approx(gpu.logprob, abs=1e-3)
