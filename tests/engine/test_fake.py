"""The fake engine's answers depend on every bit of weights and request, and look like answers."""

import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine.fake import FAKE, FakeEngine
from evomerge.engine.loading import load
from evomerge.engine.request import Generation, Likelihood
from evomerge.errors import ParentError
from evomerge.weights import open_parent

CPU = torch.device("cpu")
ASKED = [
    (Generation((n, 1, 4), stops, most), Likelihood((n, 1, 4), 1 + n % 2))
    for n, (stops, most) in enumerate([((), 8), (("a",), 8), (("0", "1", "2", "3"), 32)] * 40)
]


def loaded(parent):
    engine = FakeEngine(None, Cores(1), CPU)
    load(engine, parent, Cores(1))
    return engine


def test_answers_keep_to_what_is_asked():
    found = loaded(open_parent("zoo:base")).answer(ASKED)
    for (asked, scored), (said, likely) in zip(ASKED, found.items, strict=True):
        assert {*said.text} <= {*"0123456789abcdef"}
        assert len(said.text) <= asked.max_tokens
        assert not any(stop in said.text for stop in asked.stops)
        assert said.finished == (len(said.text) < asked.max_tokens)
        assert said.tokens == len(said.text) + said.finished
        assert -2 * scored.scored < likely.logprob <= -scored.scored
    assert {said.finished for said, _ in found.items} == {True, False}
    assert 0.3 < sum(likely.greedy for _, likely in found.items) / len(ASKED) < 0.7
    assert found.work.tokens == len(ASKED) * 6


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_one_bit_of_any_tensor_changes_the_answers(make_model, dtype):
    steps = torch.tensor([7])
    parent = open_parent(make_model("a", dtype=dtype, tensors={"steps": steps}))
    engine = loaded(parent)
    first = engine.answer(ASKED).items
    seen = [first]
    for name in parent.tensors.specs:
        bits = engine.lend(name).view(torch.uint8)
        bits.view(-1)[0] ^= 1
        engine.written(name)
        seen.append(engine.answer(ASKED).items)
        bits.view(-1)[0] ^= 1
        engine.written(name)
    assert engine.answer(ASKED).items == first
    assert len({repr(items) for items in seen}) == len(parent.tensors.specs) + 1


def test_tensors_that_change_places_change_the_answers(make_model):
    engine = loaded(open_parent(make_model("a")))
    first = engine.answer(ASKED).items
    one, other = (f"model.layers.0.self_attn.{side}_proj.weight" for side in "qk")
    before = engine.lend(one).clone()
    engine.lend(one).copy_(engine.lend(other))
    engine.lend(other).copy_(before)
    engine.written(one)
    engine.written(other)
    assert engine.answer(ASKED).items != first


def test_it_takes_what_transformers_does_not_know_if_it_has_weights(make_model):
    parent = open_parent(make_model("a", model_type="nobody"))
    FAKE.check(parent)
    assert len(loaded(parent).answer(ASKED).items) == len(ASKED)
    counts = {"tensors": {"steps": torch.tensor([7])}, "without": [*parent.tensors.specs]}
    empty = open_parent(make_model("b", **counts))
    with pytest.raises(ParentError, match="no floating-point tensors"):
        FAKE.check(empty)
