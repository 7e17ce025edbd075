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
    PromptRow,
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
    assert numbered(batches) == requests
    for batch in batches:
        longest = max(len(row.request.prompt) + row.request.max_tokens for row in batch.rows)
        assert batch.size == batch.room * longest
        assert batch.size <= TOKENS_PER_BATCH["cpu"] or batch.room == 1
        most = 1 + batch.room * FILLS * 3 // 2 if shares else batch.room
        assert batch.room <= len(batch.rows) <= most
        for row in batch.rows:  # something of a prompt is left to go on from
            assert shares or row.prefix == ()
            assert row.request.prompt[:-1][: len(row.prefix)] == row.prefix


def numbered(batches):
    rows = [row for batch in batches for row in batch.rows]
    return [(row.number, row.request) for row in sorted(rows, key=lambda row: row.number)]


def one_batch_of(count, most=100):
    requests = [(n, Generation((*SHOTS, n % 9), (), most)) for n in range(count)]
    return [len(batch.rows) for batch in generation_batches(requests, True, "cpu")]


def test_few_that_are_left_join_the_batches_before_them():
    """Of texts of equal length: two batches are made alike, and hold up to half as many more."""
    full = FILLS * (TOKENS_PER_BATCH["cpu"] // (len(SHOTS) + 1 + 100))
    assert one_batch_of(3) == [2, 1]
    assert one_batch_of(2 * full) == [full, full]
    assert one_batch_of(2 * full + 9) == [full + 5, full + 4]
    assert one_batch_of(3 * full) == [full, full, full // 2, full // 2]


def test_in_a_batch_those_that_may_say_most_begin_first_and_beginnings_stand_together():
    prompts = [(*SHOTS, 5), (7,), (*SHOTS, 5, 6), (8, 8)] * 10
    requests = [
        (n, Generation(prompt, (), most))
        for n, (prompt, most) in enumerate((p, m) for p in prompts for m in (3, 9))
    ]
    for batch in generation_batches(requests, True, "cpu"):
        assert set(batch.prefixes) == {SHOTS}
        told = [(-row.request.max_tokens, row.prefix) for row in batch.rows]
        assert told == sorted(told)
        assert len(set(told)) == 4


def test_an_answer_is_the_same_whatever_prompts_of_its_batch_begin_with(live, tokenizer):
    texts = sentences(tokenizer, 40)
    requests = [
        Generation((SHOTS if n % 2 else ()) + text, ("\n",), 6) for n, text in enumerate(texts)
    ]
    (first, *_) = generation_batches([*enumerate(requests)], True, "cpu")
    assert len({row.prefix for row in first.rows}) == 2
    found, _ = answers(live, tokenizer, requests)
    assert found == [answers(live, tokenizer, [request])[0][0] for request in requests]


@given(asked(encoded=True))
def test_beginnings_of_decoders_are_equally_long_in_a_batch(requests):
    batches = list(generation_batches(requests, False, "cpu"))
    assert numbered(batches) == requests
    for batch in batches:
        assert len({len(row.request.prompt) for row in batch.rows}) == 1


@pytest.mark.parametrize("prefix, room", [(0, 11), (40, 11), (0, 3), (40, 1)])
def test_a_batch_and_its_halves_give_the_same_answers(live, tokenizer, prefix, room):
    requests = [
        PromptRow(n, Generation(SHOTS + prompt, ("\n",), 1 + n % 6), SHOTS[:prefix])
        for n, prompt in enumerate(sentences(tokenizer, 11))
    ]
    reader = Reader(live, Stops(tokenizer))
    reader.read(SHOTS)
    batch = GenerationBatch(requests, room)
    whole, work = batch.answer(reader)
    parts = [half.answer(reader) for half in batch.halves()]
    assert [n for n, _ in whole] == [row.number for row in requests]
    assert [one for found, _ in parts for one in found] == whole
    read = sum(len(row.request.prompt) - prefix for row in requests)
    said = sum(answer.tokens - 1 for _, answer in whole)
    assert work.tokens == sum(part.tokens for _, part in parts) == read + said
