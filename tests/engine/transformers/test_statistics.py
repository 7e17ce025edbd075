"""Fisher information and input products against their definitions."""

from itertools import chain

import numpy as np
import pytest
import torch

from evomerge.engine.transformers.statistics import _draw, grams, information, logits, readable
from evomerge.weights import Checkpoint, open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.zoo import zoo_folder
from tests.live import live_in_float32
from tests.tiny import CONFIG

TEXTS = ["71 + 35 in digits = 106", "67 in french = six sept", "12 + 38 in digits = 50"]


@pytest.fixture(scope="module")
def live():
    return live_in_float32(open_parent("zoo:arithmetic"))


@pytest.fixture(scope="module")
def prompts():
    return load_tokenizer(zoo_folder("zoo:arithmetic"))(TEXTS)["input_ids"]


def test_information_is_the_squared_gradient_of_what_is_drawn(monkeypatch, make_model):
    live, texts = live_in_float32(open_parent(make_model("a", 1))), [[3, 14, 15], [9, 2]]
    drawn = [torch.tensor([2, 19, 7]), torch.tensor([0, 5])]
    monkeypatch.setattr(
        "evomerge.engine.transformers.statistics._draw", lambda chances, number: drawn[number]
    )
    found = information(live, texts)
    parameters = [*live.tensors.values()]
    squares = [torch.zeros_like(parameter) for parameter in parameters]
    for ids, said in zip(texts, drawn, strict=True):
        chances = torch.log_softmax(logits(live, ids), -1)
        gradients = torch.autograd.grad(chances[range(len(ids)), said].sum(), parameters)
        squares = [s + g.square() for s, g in zip(squares, gradients, strict=True)]
    for name, square in zip(live.tensors, squares, strict=True):
        assert torch.allclose(found[name], square / 5, rtol=1e-4, atol=1e-9)


def test_tokens_are_drawn_as_often_as_they_are_likely():
    chances = torch.tensor([[0.5, 0.0, 0.2, 0.3], [0.0, 1.0, 0.0, 0.0]]).log()
    drawn = torch.stack([_draw(chances, number) for number in range(3000)])
    often = torch.bincount(drawn[:, 0], minlength=4) / 3000
    assert torch.allclose(often, chances[0].exp(), atol=0.03)
    assert often[1] == 0
    assert bool((drawn[:, 1] == 1).all())
    assert torch.equal(_draw(chances, 5), drawn[5])


def test_information_is_found_for_every_parameter_and_is_the_same_again(live, prompts):
    first, second = information(live, prompts), information(live, prompts)
    assert set(first) == set(Checkpoint(zoo_folder("zoo:arithmetic")).specs)
    assert all(torch.equal(first[name], second[name]) for name in first)
    assert all(bool((square >= 0).all()) and square.any() for square in first.values())


def test_grams_are_those_of_what_layers_read(live, prompts):
    """The first layer reads its norm of the embedding: known without a hook."""
    found = grams(live, prompts)
    embedding = live.tensors["model.embed_tokens.weight"].detach()
    scale = live.tensors["model.layers.0.input_layernorm.weight"].detach()
    x = embedding[torch.tensor([*chain(*prompts)])]
    x = x / (x.square().mean(-1, keepdim=True) + 1e-6).sqrt() * scale
    gram = (x.T.double() @ x.double()) / len(x)
    for side in "qkv":
        name = f"model.layers.0.self_attn.{side}_proj.weight"
        np.testing.assert_allclose(found[name], gram, rtol=1e-4, atol=1e-6)
    assert "model.embed_tokens.weight" not in found  # tied to the head
    assert found["model.layers.3.mlp.down_proj.weight"].shape == (256, 256)
    again = grams(live, prompts)
    assert again.keys() == found.keys()
    assert all(torch.equal(again[name], found[name]) for name in found)


def test_only_tokens_with_a_row_are_read_and_no_more_than_there_are_positions(make_model):
    live = live_in_float32(open_parent(make_model("a", max_position_embeddings=4)))
    last = CONFIG["vocab_size"] - 1
    assert readable(live, [last + 1, 0, last, last + 9]) == [0, last]
    assert readable(live, [7, last + 1, 6, 5, 4, 3, 2]) == [7, 6, 5, 4]
