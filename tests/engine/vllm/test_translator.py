"""Requests say to vLLM what they mean, and its outputs are read as it documents them."""

import math
from types import SimpleNamespace

import pytest

from evomerge.engine.request import (
    Generated,
    Generation,
    Likelihood,
    Likely,
    SamplingParams,
    Thought,
)
from evomerge.engine.vllm.translator import Translator, read, text_of
from evomerge.errors import TrialError

pytestmark = pytest.mark.usefixtures("sampling_params")


@pytest.fixture
def translator(tokenizer):
    return Translator(tokenizer, {"eos_token_id": [2, 5], "repetition_penalty": 1.3})


def record(parameters, name, **values):
    assert values.keys() <= parameters[name].keys()
    return SimpleNamespace(**values)


def test_a_greedy_answer_is_asked_for_with_its_stops_ends_and_limit(translator):
    asked = translator.sampling(Generation((7, 8), ("\n", "Q:"), 9))
    assert (asked.temperature, asked.max_tokens, asked.repetition_penalty) == (0.0, 9, 1.3)
    assert (asked.stop, asked.stop_token_ids) == (["\n", "Q:"], [2, 5])
    assert asked.skip_special_tokens is False


def test_a_drawn_answer_has_a_seed_of_its_own(translator):
    drawn = [SamplingParams(0.7, 0.9, 40).keyed(0, "item", n) for n in range(2)]
    first, other = (translator.sampling(Generation((7,), (), 9, one)) for one in drawn)
    assert (first.temperature, first.top_p, first.top_k) == (0.7, 0.9, 40)
    assert first.seed != other.seed
    assert all(0 <= one.seed < 2**63 for one in (first, other))


def test_likelihoods_are_read_off_the_prompt(translator, parameters):
    request = Likelihood((3, 4, 5, 6), 2)
    asked = translator.sampling(request)
    assert (asked.prompt_logprobs, asked.max_tokens, text_of(request)) == (0, 1, (3, 4, 5, 6))
    at = [
        None,
        *(
            {token: record(parameters, "Logprob", logprob=value, rank=rank)}
            for token, value, rank in ((4, -9.0, 8), (5, -0.5, 1), (6, -1.25, 2))
        ),
    ]
    output = record(parameters, "RequestOutput", prompt_logprobs=at, outputs=[])
    answer = translator.response(request, output)
    assert answer == Likely(-1.75, False)
    assert read(request, answer) == 3
    assert translator.response(
        Likelihood((3, 4, 5), 1), SimpleNamespace(prompt_logprobs=at[:3])
    ) == (Likely(-0.5, True))
    at[2][5].logprob = math.nan
    with pytest.raises(TrialError, match="not finite"):
        translator.response(request, output)


def said(parameters, tokens, reason, logprob=-0.5):
    at = [{token: record(parameters, "Logprob", logprob=logprob)} for token in tokens]
    answer = record(
        parameters, "CompletionOutput", token_ids=tokens, logprobs=at, finish_reason=reason
    )
    return record(parameters, "RequestOutput", outputs=[answer])


@pytest.mark.parametrize("reason, finished", [("stop", True), ("length", False)])
def test_texts_end_before_their_stops(translator, tokenizer, parameters, reason, finished):
    tokens = tokenizer.encode("1 2 four 3", add_special_tokens=False)
    request = Generation((7,), ("four",), 9)
    answer = translator.response(request, said(parameters, tokens, reason))
    assert answer == Generated(tokenizer.decode(tokens).split("four")[0], len(tokens), finished)
    assert read(request, answer) == len(tokens)
    with pytest.raises(TrialError, match="not finite"):
        translator.response(request, said(parameters, tokens, reason, math.nan))


def test_a_stop_string_counts_behind_the_thought_alone(translator, tokenizer, parameters):
    request = Generation((7,), ("2",), 9, thought=Thought("four"))
    assert translator.sampling(request).stop is None
    tokens = tokenizer.encode("1 2 four 3 2 1", add_special_tokens=False)
    answer = translator.response(request, said(parameters, tokens, "length"))
    assert answer == Generated("3 ", len(tokens), True)
    open_one = tokenizer.encode("1 2", add_special_tokens=False)
    answer = translator.response(request, said(parameters, open_one, "stop"))
    assert answer == Generated("", len(open_one), False)
