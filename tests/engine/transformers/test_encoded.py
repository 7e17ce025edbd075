"""What an encoder makes of texts does not depend on what is read beside them."""

import torch

from evomerge.cores import Cores
from evomerge.engine.loading import load
from evomerge.engine.transformers.encoded import encode
from evomerge.engine.transformers.engine import TransformersEngine
from evomerge.engine.transformers.reader import Reader
from evomerge.weights import open_parent
from tests.sequences import sequence_model

TEXTS = [(5, 6, 7, 1), (8, 1), (5, 6, 7, 1), (9, 10, 11, 12, 13, 1)]


def test_each_text_is_read_once_and_padding_changes_nothing(tmp_path):
    engine = TransformersEngine(None, Cores(1), torch.device("cpu"))
    load(engine, open_parent(sequence_model(tmp_path / "m", "bart")), Cores(1))
    reader = Reader(engine.live, None)
    with torch.inference_mode():
        together, work = encode(reader, TEXTS)
        assert work.tokens == 12
        assert together.mask.sum(1).tolist() == [4, 2, 4, 6]
        assert torch.equal(together.states[0], together.states[2])
        for text, states in zip(TEXTS, together.states, strict=True):
            alone, _ = encode(reader, [text])
            assert torch.allclose(states[: len(text)], alone.states[0], atol=1e-5)
        chosen = together.select(torch.tensor([3, 1]))
    assert torch.equal(chosen.states, together.states[[3, 1]])
    assert chosen.inputs["encoder_outputs"].last_hidden_state is chosen.states
