"""Many batches at once, memory that runs out, and batches that are made once."""

import pytest
import torch

from evomerge.cores import Cores
from evomerge.engine.request import Generation, Likelihood
from evomerge.engine.transformers import likelihood
from evomerge.engine.transformers.scorer import Scorer
from evomerge.errors import Interrupted
from tests.engine.transformers.prompts import answers, sentences


class Small(torch.nn.Module):
    """A model on a device that holds only so many rows."""

    def __init__(self, model, rows):
        super().__init__()
        self.inner, self.rows, self.refused = model, rows, 0

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.inner, name)

    def forward(
        self,
        input_ids,
        attention_mask=None,
        position_ids=None,
        past_key_values=None,
        use_cache=True,
        logits_to_keep=0,
    ):
        if len(input_ids) > self.rows:
            self.refused += 1
            raise torch.OutOfMemoryError("no room")
        return self.inner(
            input_ids=input_ids,
            attention_mask=attention_mask,
            position_ids=position_ids,
            past_key_values=past_key_values,
            use_cache=use_cache,
            logits_to_keep=logits_to_keep,
        )


class Live:
    def __init__(self, live, rows):
        self.model, self.device = Small(live.model, rows), live.device


@pytest.fixture
def requests(tokenizer):
    texts = [tuple(tokenizer.encode(f"{n} + {n % 7} in digits =")) for n in range(24)]
    return [(Generation(text, ("\n",), 5), Likelihood(text, 2)) for text in texts]


def test_batches_that_do_not_fit_are_halved_and_stay_so(live, tokenizer, requests):
    with Cores(1) as cores:
        whole = Scorer(tokenizer, cores).answer(live, requests).items
        scorer, small = Scorer(tokenizer, cores), Live(live, rows=5)
        halved = scorer.answer(small, requests).items
        refused = small.model.refused
        again = scorer.answer(small, requests).items
    assert refused > 0
    assert small.model.refused == refused
    assert halved == again
    assert [one.text for one, _ in halved] == [one.text for one, _ in whole]
    for (_, ours), (_, theirs) in zip(halved, whole, strict=True):
        assert ours.logprob == pytest.approx(theirs.logprob, abs=1e-4)


def test_a_row_that_does_not_fit_alone_is_told(live, tokenizer, requests):
    with Cores(1) as cores, pytest.raises(torch.OutOfMemoryError, match="no room"):
        Scorer(tokenizer, cores).answer(Live(live, rows=0), requests)


def test_batches_are_made_once_for_the_same_requests(live, tokenizer, requests):
    with Cores(1) as cores:
        scorer = Scorer(tokenizer, cores)
        first = scorer.answer(live, requests).items
        few = scorer.answer(live, requests[:3]).items
        plans = scorer._plans
        again = scorer.answer(live, [*requests]).items
    assert again == first
    assert scorer._plans is plans
    assert [one.text for one, _ in few] == [one.text for one, _ in first[:3]]


def test_answers_do_not_depend_on_cores_or_on_what_else_is_asked(live, tokenizer):
    prompts = sentences(tokenizer, 150, seed=2)
    requests = [Generation(p, ("\n",), 8) for p in prompts] + [Likelihood(p, 2) for p in prompts]
    one, _ = answers(live, tokenizer, requests, cores=1)
    three, _ = answers(live, tokenizer, requests, cores=3)
    assert one == three
    few, _ = answers(live, tokenizer, requests[:20])
    assert [a.text for a in few] == [a.text for a in one[:20]]


def test_scoring_can_be_stopped_between_batches(live, tokenizer, monkeypatch):
    monkeypatch.setitem(likelihood.TOKENS_PER_BATCH, "cpu", 32)
    requests = [Likelihood(tokens, 1) for tokens in sentences(tokenizer, 60)]
    calls = []

    def checkpoint():
        calls.append(1)
        if len(calls) == 3:
            raise Interrupted("enough")

    with pytest.raises(Interrupted, match="enough"):
        answers(live, tokenizer, requests, checkpoint=checkpoint)
    assert len(calls) == 3
