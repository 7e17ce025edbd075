"""A model whose layers are spread answers as one that is in one piece."""

import gc
import weakref
from functools import partial

import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine.architecture import Architecture
from evomerge.engine.loading import load
from evomerge.engine.request import Generation, Likelihood
from evomerge.engine.transformers import spreading
from evomerge.engine.transformers.engine import TransformersEngine
from evomerge.engine.transformers.live import LiveModel
from evomerge.engine.transformers.spreading import device_map
from evomerge.errors import UserError
from evomerge.merge.making.bank import Bank
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from tests.engine.transformers.prompts import SHOTS, sentences
from tests.families import save
from tests.sequences import sequence_model

CPU, OTHER = torch.device("cpu"), torch.device("meta")
TWO_GPUS = pytest.mark.skipif(torch.cuda.device_count() < 2, reason="torch sees no two GPUs")
RECIPE = """
merge_method: task_arithmetic
base_model: zoo:base
models: [{model: zoo:arithmetic, parameters: {weight: 0.7}}, {model: zoo:reverse}]
"""


def answered(devices, tokenizer, write, requests):
    """What a model on these devices answers."""
    with Cores(1) as cores:
        engine = TransformersEngine(tokenizer, cores, *devices)
        write(engine, cores=cores)
        assert engine.live.is_spread == (len(devices) > 1)
        found = engine.answer([(request,) for request in requests]).items
        engine.close()
    return found


def merged(engine, cores):
    recipe = parse_recipe(RECIPE)
    parents = {name: open_parent(name) for name in recipe.parent_names}
    Bank(parents, engine, engine._devices[0]).write(recipe, cores)


def asked(tokenizer):
    """Texts of several lengths, some with a beginning in common, answered and weighed."""
    prompts = sentences(tokenizer, 12) + [SHOTS + p for p in sentences(tokenizer, 9, seed=1)]
    return [Generation(p, ("\n",), 6) for p in prompts] + [Likelihood(p, 2) for p in prompts]


def test_it_answers_bit_for_bit_as_one_in_one_piece(tokenizer):
    requests = asked(tokenizer)
    one, two, three = (answered([CPU] * n, tokenizer, merged, requests) for n in (1, 2, 3))
    assert one == two == three


@pytest.mark.parametrize("family", ["llama", "gemma2", "gpt2", "mixtral"])
def test_so_do_others(family, tmp_path, tokenizer):
    """Those whose caches are in slots, and those whose caches are copied."""
    write = partial(load, parent=open_parent(save(tmp_path / "m", family, 0)))
    texts = [tuple(range(2, 2 + n)) for n in (3, 5, 4, 3)]
    requests = [Generation(t, (), n) for n, t in enumerate(texts, 2)] + [Likelihood(texts[1], 2)]
    one, two = (answered([CPU] * n, tokenizer, write, requests) for n in (1, 2))
    assert one == two


@pytest.mark.parametrize("family", ["t5", "bart"])
def test_so_does_an_encoder_decoder(family, tmp_path, tokenizer):
    write = partial(load, parent=open_parent(sequence_model(tmp_path / "m", family)))
    texts = [tuple(range(2, 2 + n)) for n in (3, 5, 4)]
    requests = [Generation((0,), (), n, encoder_tokens=t) for n, t in enumerate(texts, 2)]
    requests += [Likelihood((0, *t), 2, encoder_tokens=texts[0]) for t in texts]
    one, two = (answered([CPU] * n, tokenizer, write, requests) for n in (1, 2))
    assert one == two


def tiny(make_model, **changes):
    parent = open_parent(make_model("a", **changes))
    return LiveModel(Architecture.of(parent, parent.tensors.specs), CPU).model


def test_layers_stay_whole_and_in_order_and_tied_tensors_together(make_model):
    placed = device_map(tiny(make_model), (CPU, OTHER), (10**9, 10**9))
    assert placed["model.embed_tokens"] == placed["lm_head"] == CPU
    layers = [placed[f"model.layers.{n}"] for n in range(3)]
    assert layers == sorted(layers, key=(CPU, OTHER).index)
    assert {CPU, OTHER} == {*layers}


def test_what_has_no_room_is_told(make_model, monkeypatch):
    with pytest.raises(UserError, match=r"have no room on 2 devices .*gpus"):
        device_map(tiny(make_model), (CPU, OTHER), (3000, 3000))
    monkeypatch.setattr(spreading, "_free", lambda device: 1000)
    with pytest.raises(UserError, match="have no room"):
        parent = open_parent(make_model("b"))
        LiveModel(Architecture.of(parent, parent.tensors.specs), CPU, CPU)


def test_it_lets_go_of_its_memory(make_model):
    parent = open_parent(make_model("a"))
    engine = TransformersEngine(None, Cores(1), CPU, CPU)
    load(engine, parent, Cores(1))
    gone = weakref.ref(engine.live.model)
    gc.disable()
    try:
        engine.close()
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.gpu
@TWO_GPUS
def test_layers_and_caches_are_on_two_gpus(tokenizer):
    devices, requests = [torch.device("cuda", n) for n in range(2)], asked(tokenizer)
    with Cores(1) as cores:
        engine = TransformersEngine(tokenizer, cores, *devices)
        merged(engine, cores)
        assert {tensor.device for tensor in engine.live.tensors.values()} == {*devices}
    one, two = (answered(devices[:n], tokenizer, merged, requests) for n in (1, 2))
    for single, double in zip(one, two, strict=True):
        if hasattr(single[0], "text"):
            assert single == double
        else:
            assert single[0].logprob == pytest.approx(double[0].logprob, abs=1e-3)


@pytest.mark.gpu
@TWO_GPUS
@pytest.mark.parametrize("family", ["gemma2", "t5"])
def test_copied_caches_are_on_two_gpus(family, tmp_path, tokenizer):
    encodes = family == "t5"
    make = sequence_model if encodes else partial(save, seed=0)
    write = partial(load, parent=open_parent(make(tmp_path / "m", family)))
    texts = [tuple(range(2, 2 + n)) for n in (3, 5, 4)]
    requests = [
        Generation((0,) if encodes else t, (), n, encoder_tokens=t if encodes else None)
        for n, t in enumerate(texts, 2)
    ]
    devices = [torch.device("cuda", n) for n in range(2)]
    one, two = (answered(devices[:n], tokenizer, write, requests) for n in (1, 2))
    assert one == two
