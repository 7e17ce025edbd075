"""Texts in slots are those that a cache of their own would hold, wherever they move."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.engine.request import Generation
from evomerge.engine.transformers.reader import Reader
from evomerge.engine.transformers.slots import SlotSteps
from evomerge.engine.transformers.stops import Stops
from tests.engine.transformers.prompts import SHOTS


@pytest.fixture(scope="module")
def reader(live, tokenizer):
    made = Reader(live, Stops(tokenizer))
    made.read(SHOTS)
    made.read(SHOTS[:33])
    return made


def alone(reader, tokens):
    """What may follow a text that is read by itself."""
    with torch.inference_mode():
        return reader.live.model(torch.tensor([tokens])).logits[0, -1]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from([0, 33, len(SHOTS)])), min_size=1, max_size=9
    ),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_each_row_is_read_as_a_text_of_its_own(reader, prompts, room, chance):
    requests = [
        Generation(SHOTS[:shared] + tuple(chance.randrange(3, 300) for _ in range(length)), (), 6)
        for length, shared in prompts
    ]
    prefixes = [SHOTS[:shared] for _, shared in prompts]
    texts = [[*request.prompt] for request in requests]
    batch, alive, begun = SlotSteps(reader, requests, prefixes, room), [], 0
    with torch.inference_mode():
        while True:
            while count := batch.more(len(alive)):
                logits, work = batch.begin(count)
                new = [*range(begun, begun + count)]
                assert work.tokens == sum(len(texts[n]) - prompts[n][1] for n in new)
                assert len({prefixes[n] for n in new}) == 1
                assert_logits(reader, logits, [texts[n] for n in new])
                alive, begun = alive + new, begun + count
            assert len(alive) <= room
            kept = [n for n, row in enumerate(alive) if len(texts[row]) < 6 + prompts[row][1]]
            kept = [n for n in kept if chance.random() < 0.7]
            order = batch.keep(np.array(kept, dtype=np.int64))
            assert sorted(order) == kept
            alive = [alive[n] for n in order]
            if not alive and begun == len(requests):
                return
            if not alive:
                continue
            for row in alive:
                texts[row].append(chance.randrange(3, 300))
            said = np.array([texts[row][-1] for row in alive])
            logits, _ = batch.go_on(said, np.array([1] * len(alive)))
            assert_logits(reader, logits, [texts[row] for row in alive])


def assert_logits(reader, logits, texts):
    for found, text in zip(logits, texts, strict=True):
        torch.testing.assert_close(found, alone(reader, text), atol=2e-4, rtol=1e-4)


def test_texts_begin_when_an_eighth_of_the_slots_is_free(reader):
    requests = [Generation((9,) * 4, (), 3)] * 40
    batch = SlotSteps(reader, requests, [()] * 40, 16)
    assert batch.more(0) == 16
    with torch.inference_mode():
        batch.begin(16)
    assert [batch.more(alive) for alive in (16, 15, 14, 1)] == [0, 0, 2, 15]
    last = SlotSteps(reader, requests[:17], [()] * 40, 16)
    with torch.inference_mode():
        last.begin(16)
    assert [last.more(alive) for alive in (16, 15)] == [0, 1]  # none will join it


def test_prompts_are_read_as_many_at_a_time_as_a_core_reads_well(reader):
    requests = [Generation((9,) * length, (), 1) for length in (300, 100, 100, 100)]
    assert SlotSteps(reader, requests, [()] * 40, 4).more(0) == 1
    assert SlotSteps(reader, requests[1:], [()] * 40, 4).more(0) == 3
