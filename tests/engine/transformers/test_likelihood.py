"""Log-likelihoods are those of one forward pass for each text."""

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.engine.request import Likelihood
from evomerge.engine.transformers.likelihood import (
    TOKENS_PER_BATCH,
    LikelihoodBatch,
    likelihood_batches,
)
from evomerge.engine.transformers.reader import Reader
from evomerge.engine.transformers.tree import trees
from evomerge.errors import TrialError
from tests.engine.transformers.prompts import SHOTS, answers, sentences


def test_likelihoods_are_those_of_a_forward_pass_each(live, tokenizer):
    requests = [Likelihood(tokens, 1 + i % 5) for i, tokens in enumerate(sentences(tokenizer, 40))]
    found, work = answers(live, tokenizer, requests)
    for request, answer in zip(requests, found, strict=True):
        ids = torch.tensor([request.tokens])
        logprobs = torch.log_softmax(live.model(ids).logits[0, :-1], -1)
        targets = ids[0, 1:]
        chosen = logprobs[range(len(targets)), targets][-request.scored :]
        assert answer.logprob == pytest.approx(float(chosen.sum()), abs=1e-4)
        greedy = (logprobs.argmax(-1) == targets)[-request.scored :]
        assert answer.greedy == bool(greedy.all())
    contexts = {r.tokens[: -r.scored] for r in requests}
    branches = {(r.tokens[: -r.scored], r.tokens[:-1]) for r in requests}
    shared = sum(map(len, contexts)) + sum(len(b) - len(c) for c, b in branches)
    assert shared <= work.tokens <= sum(len(tokens) for _, tokens in branches)


def test_one_reading_answers_choices_that_differ_in_their_last_token(live, tokenizer):
    prompt = sentences(tokenizer, 1)[0]
    requests = [Likelihood((*prompt, token), 1) for token in range(10, 16)]
    found, work = answers(live, tokenizer, requests)
    assert work.tokens == len(prompt)
    assert len({answer.logprob for answer in found}) == 6


def test_a_model_of_nan_fails_and_gets_no_score(live, tokenizer):
    broken = copy.copy(live)
    broken.model = copy.deepcopy(live.model)
    with torch.no_grad():
        broken.model.model.layers[2].mlp.up_proj.weight[0, 0] = float("nan")
    prompt = sentences(tokenizer, 1)[0]
    with pytest.raises(TrialError, match="log-likelihood is not finite"):
        answers(broken, tokenizer, [Likelihood(prompt, 2)])


@st.composite
def asked(draw):
    """Numbered requests, most of which go on from SHOTS."""
    tokens = st.lists(st.integers(3, 5), min_size=2, max_size=9).map(tuple)
    texts = [SHOTS[: draw(st.sampled_from([0, 20, 40]))] + text for text in draw(st.lists(tokens))]
    texts += [(*SHOTS, n, n + 1) for n in range(draw(st.integers(0, 20)))]
    scored = [draw(st.integers(1, min(len(text) - 1, 3))) for text in texts]
    return [(n, Likelihood(*one)) for n, one in enumerate(zip(texts, scored, strict=True))]


@given(asked(), st.booleans())
def test_each_request_is_in_one_batch_with_room_for_it(requests, shares):
    batches = list(likelihood_batches(requests, shares, "cpu"))
    numbered = [
        one for b in batches for tree in b.rows for _, some in tree.branches for one in some
    ]
    assert sorted(numbered, key=lambda one: one[0]) == requests
    for batch in batches:
        widest = max(tree.width for tree in batch.rows)
        assert batch.size == len(batch.rows) * widest
        assert batch.size <= TOKENS_PER_BATCH["cpu"] or len(batch.rows) == 1
        assert shares or batch.prefix == ()
        for tree in batch.rows:  # something of a context is left to go on from
            assert tree.context[:-1][: len(batch.prefix)] == batch.prefix


@pytest.mark.parametrize("prefix", [0, 40])
def test_a_batch_and_its_halves_give_the_same_answers(live, prefix):
    requests = [(n, Likelihood((*SHOTS, n + 9, 4, n + 20), 1 + n % 2)) for n in range(11)]
    batch = LikelihoodBatch(list(trees(requests, shares=False)), SHOTS[:prefix])
    reader = Reader(live, None)
    reader.read(SHOTS)
    whole, work = batch.answer(reader)
    parts = [half.answer(reader) for half in batch.halves()]
    assert work.tokens == sum(part.tokens for _, part in parts) == 11 * (42 - prefix)
    halves = dict(answer for found, _ in parts for answer in found)
    assert sorted(halves) == sorted(number for number, _ in whole) == [n for n, _ in requests]
    for number, answer in whole:
        assert halves[number].logprob == pytest.approx(answer.logprob, abs=1e-4)
        assert halves[number].greedy == answer.greedy
