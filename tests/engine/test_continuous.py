"""Continuous batching answers as the transformers engine does, and forgets other weights."""

from dataclasses import replace

import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine import continuous
from evomerge.engine.continuous import CONTINUOUS
from evomerge.engine.loading import load
from evomerge.engine.registry import ENGINES
from evomerge.engine.request import Generation, SamplingParams, Thought
from evomerge.errors import Interrupted, TrialError
from evomerge.weights import open_parent
from tests.engine.transformers.prompts import SHOTS, sentences

CPU = torch.device("cpu")


@pytest.fixture
def engines(tokenizer):
    """The transformers engine and this one, with the same weights."""
    with Cores(2) as cores:
        made = [
            ENGINES[name].make(tokenizer, cores, CPU) for name in ("transformers", "continuous")
        ]
        for engine in made:
            load(engine, open_parent("zoo:arithmetic"), cores)
        yield made


def asked(tokenizer, count=24):
    stops = [("\n",), (), (" 1",), ("2", "\n")]
    return [
        (Generation(SHOTS * (n % 2) + prompt, stops[n % 4], 1 + n % 9),)
        for n, prompt in enumerate(sentences(tokenizer, count))
    ]


def test_answers_are_those_of_the_transformers_engine(engines, tokenizer):
    ours, theirs = (engine.answer(asked(tokenizer)).items for engine in engines)
    assert ours == theirs
    assert {answer.finished for (answer,) in ours} == {True, False}


def test_what_it_cannot_do_the_transformers_engine_does(engines, tokenizer, monkeypatch):
    (plain,) = asked(tokenizer, 1)[0]
    drawn = replace(plain, sampling=SamplingParams(1.2, key=4))
    thinking = replace(plain, thought=Thought("six"))
    theirs, engine = engines
    before = theirs.answer([(drawn, plain, thinking)]).items
    handed = []
    generate = engine._generate

    def noted(paged, checkpoint):
        handed.extend(paged.values())
        return generate(paged, checkpoint)

    monkeypatch.setattr(engine, "_generate", noted)
    assert engine.answer([(drawn, plain, thinking)]).items == before
    assert handed == [plain]


def test_a_stop_string_frees_its_pages_and_a_checkpoint_ends_all(engines, tokenizer):
    engine = engines[1]
    prompt = sentences(tokenizer, 1)[0]
    (free,), (cut,) = engine.answer(
        [(Generation(prompt, (), 9),), (Generation(prompt, (" ",), 900),)]
    ).items
    assert cut.tokens < free.tokens

    def stop():
        raise Interrupted("stop")

    with pytest.raises(Interrupted):
        engine.answer([(Generation(prompt, (), 9),)], stop)
    assert engine.answer([(Generation(prompt, (), 9),)]).items == [(free,)]


def test_a_model_of_nan_fails_and_gets_no_score(engines, tokenizer):
    engine = engines[1]
    engine.live.model.model.layers[2].mlp.up_proj.weight.data[0, 0] = float("nan")
    with pytest.raises(TrialError, match="not finite"):
        engine.answer(asked(tokenizer, 2))


def test_its_settings_bind_a_run(monkeypatch):
    before = CONTINUOUS.identity
    assert before != ENGINES["transformers"].identity
    monkeypatch.setattr(continuous, "PAGE", 64)
    assert CONTINUOUS.identity != before
