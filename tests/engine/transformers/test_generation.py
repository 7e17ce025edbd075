"""Prompts are answered in batches, and no answer shows in which."""

import random
from dataclasses import replace

import pytest

from tests.engine.transformers.prompts import answers, sampled


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
