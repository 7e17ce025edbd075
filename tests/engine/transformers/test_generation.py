"""Prompts are answered in batches, and no answer shows in which."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.request import Generation
from evomerge.engine.transformers.generation import (
    FILLS,
    TOKENS_PER_BATCH,
    GenerationBatch,
    generation_batches,
)
from evomerge.engine.transformers.reader import Reader
from evomerge.engine.transformers.stops import Stops
from tests.engine.transformers.prompts import SHOTS, answers, sampled, sentences


@pytest.mark.parametrize("cores", [1, 2])
def test_answers_are_the_same_in_other_batches_and_orders(live, tokenizer, cores):
    requests = sampled(tokenizer, 24)
    mixed = [*requests, *(replace(r, sampling=None) for r in requests)]
    alone, _ = answers(live, tokenizer, mixed)
    order = [*range(len(mixed))]
    random.Random(1).shuffle(order)
    found, _ = answers(live, tokenizer, [mixed[n] for n in order], cores)
    assert found == [alone[n] for n in order]
    some, _ = answers(live, tokenizer, requests[5:8], cores)
    assert some == alone[5:8]


@st.composite
def asked(draw, encoded=False):
    """Numbered requests, of which some begin with SHOTS, or have an encoder read something."""
    lengths = draw(st.lists(st.integers(1, 4)))
    prompts = [SHOTS[: draw(st.sampled_from([0, 20, 40]))] + (9,) * length for length in lengths]
    prompts += [(*SHOTS, n) for n in range(draw(st.integers(0, 20)))]
    prompts += [(*SHOTS, 9)] * draw(st.sampled_from([0, 8]))
    read = st.lists(st.just(5), max_size=9).map(tuple) if encoded else st.none()
    return [
        (n, Generation(prompt, (), draw(st.sampled_from([1, 9, 900])), encoder_tokens=draw(read)))
        for n, prompt in enumerate(prompts)
    ]


@given(asked(), st.booleans())
def test_each_request_is_in_one_batch_with_room_for_it(requests, shares):
    batches = list(generation_batches(requests, shares, "cpu"))
    numbered = [one for batch in batches for one in batch.rows]
    assert sorted(numbered, key=lambda one: one[0]) == requests
    for batch in batches:
        longest = max(len(r.prompt) + r.max_tokens for _, r in batch.rows)
        assert batch.size == batch.room * longest
        assert batch.size <= TOKENS_PER_BATCH["cpu"] or batch.room == 1
        assert batch.room <= len(batch.rows) <= max(1, batch.room * (FILLS if shares else 1) + 1)
        assert shares or batch.prefix == ()
        for _, request in batch.rows:  # something of a prompt is left to go on from
            assert request.prompt[:-1][: len(batch.prefix)] == batch.prefix


@given(asked(encoded=True))
def test_beginnings_of_decoders_are_equally_long_in_a_batch(requests):
    batches = list(generation_batches(requests, False, "cpu"))
    numbered = [one for batch in batches for one in batch.rows]
    assert sorted(numbered, key=lambda one: one[0]) == requests
    for batch in batches:
        assert len({len(request.prompt) for _, request in batch.rows}) == 1


@pytest.mark.parametrize("prefix, room", [(0, 11), (40, 11), (0, 3), (40, 1)])
def test_a_batch_and_its_halves_give_the_same_answers(live, tokenizer, prefix, room):
    requests = [
        (n, Generation(SHOTS + prompt, ("\n",), 1 + n % 6))
        for n, prompt in enumerate(sentences(tokenizer, 11))
    ]
    reader = Reader(live, Stops(tokenizer))
    reader.read(SHOTS)
    batch = GenerationBatch(requests, SHOTS[:prefix], room)
    whole, work = batch.answer(reader)
    parts = [half.answer(reader) for half in batch.halves()]
    assert [n for n, _ in whole] == [n for n, _ in requests]
    assert [one for found, _ in parts for one in found] == whole
    read = sum(len(request.prompt) - prefix for _, request in requests)
    said = sum(answer.tokens - 1 for _, answer in whole)
    assert work.tokens == sum(part.tokens for _, part in parts) == read + said
