"""Log-likelihoods are those of one forward pass for each text."""

import copy

import pytest
import torch

from evomerge.engine.request import Likelihood
from evomerge.errors import TrialError
from tests.engine.transformers.prompts import answers, sentences


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
