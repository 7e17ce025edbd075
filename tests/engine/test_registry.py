"""The engines by their names, and the one that calibration reads with."""

import torch

from evomerge.cores import Cores
from evomerge.engine.fake import FAKE
from evomerge.engine.loading import load
from evomerge.engine.registry import DEFAULT, ENGINES, calibrating_engine
from evomerge.engine.transformers.engine import TRANSFORMERS
from evomerge.weights import open_parent
from tests.live import live_in_float32


def test_engines_are_found_by_their_names():
    assert ENGINES["fake"] is FAKE
    assert ENGINES["transformers"] is DEFAULT is TRANSFORMERS
    assert [*ENGINES] == [kind.name for kind in ENGINES.values()]


def test_engines_are_told_apart():
    assert len({str(kind.identity) for kind in ENGINES.values()}) == len(ENGINES)


def test_calibration_reads_texts_as_transformers_does():
    """By what a norm of transformers' own model gives to the layer behind it."""
    parent, text = open_parent("zoo:arithmetic"), [25, 19, 318, 223, 21]
    engine = calibrating_engine(torch.device("cpu"))
    load(engine, parent, Cores(1), torch.float32)
    model = live_in_float32(parent).model
    read = []
    norm = model.model.layers[2].post_attention_layernorm
    norm.register_forward_hook(lambda module, inputs, output: read.append(output[0].double()))
    model(torch.tensor([text]))
    gram = engine.statistics("grams", [text])["model.layers.2.mlp.up_proj.weight"]
    torch.testing.assert_close(gram, read[0].T @ read[0] / len(text))
    assert engine.readable([*text, 10**6]) == text
