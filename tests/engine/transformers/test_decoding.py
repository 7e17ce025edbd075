"""What a decoder says is what transformers says, or is drawn from what it holds probable."""

import copy
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from transformers import GPT2Config, GPT2LMHeadModel

from evomerge.engine.request import Generated, Generation, SamplingParams, Thought
from evomerge.engine.transformers import decoding, generation, slots, steps
from evomerge.engine.transformers.drawing import draw
from evomerge.engine.transformers.reader import Reader
from evomerge.errors import TrialError
from tests.engine.transformers.prompts import answers, sampled, sentences


def test_an_answer_is_drawn_from_the_models_own_probabilities(live, tokenizer):
    requests = sampled(tokenizer, 20)
    found, _ = answers(live, tokenizer, requests)
    for request, answer in zip(requests, found, strict=True):
        said = []
        while len(said) < 6:
            ids = torch.tensor([[*request.prompt, *said]])
            logits = live.model(ids).logits[:, -1]
            said.append(int(draw(logits, [request.sampling], [len(said)])))
            if said[-1] == live.model.generation_config.eos_token_id:
                break
            if "\n" in tokenizer.decode(said):
                break
        text = tokenizer.decode(said, skip_special_tokens=True).split("\n")[0]
        assert (answer.text, answer.tokens) == (text, len(said))
    greedy, _ = answers(live, tokenizer, [replace(r, sampling=None) for r in requests])
    assert len({a.text for a in found} - {a.text for a in greedy}) > 5


def test_a_cold_draw_is_the_most_probable_answer(live, tokenizer):
    requests = sampled(tokenizer, 10)
    cold = [replace(r, sampling=SamplingParams(1e-9, key=3)) for r in requests]
    assert (
        answers(live, tokenizer, cold)[0]
        == (answers(live, tokenizer, [replace(r, sampling=None) for r in requests])[0])
    )


def whole(live, tokenizer, prompt, tokens=8):
    """What a model says, with nothing to stop it but its end."""
    (answer,), _ = answers(live, tokenizer, [Generation(prompt, (), tokens)])
    return answer


def test_stops_count_behind_the_thought_and_what_follows_it_is_the_answer(live, tokenizer):
    """zoo:arithmetic writes sums out, as in " 1 2"."""
    prompt = tuple(tokenizer.encode("98 + 65 in digits ="))
    said = whole(live, tokenizer, prompt)
    digits = said.text.strip()
    assert len(digits) >= 3
    end, after = digits[0], digits[1:]
    thought = Thought(end)
    (plain, behind, stopped), _ = answers(
        live,
        tokenizer,
        [
            Generation(prompt, (end,), 8),
            Generation(prompt, (end,), 8, thought=thought),
            Generation(prompt, (after[-1],), 8, thought=thought),
        ],
    )
    assert plain.text.strip() == ""
    expected = (digits.rpartition(end)[2]).lstrip()
    assert behind.text == expected
    assert stopped == Generated(expected.split(after[-1])[0], stopped.tokens, True)


def test_a_thought_that_never_ends_leaves_no_answer_and_is_cut(live, tokenizer):
    prompt = tuple(tokenizer.encode("98 + 65 in digits ="))
    said = whole(live, tokenizer, prompt)
    assert said.finished
    request = Generation(prompt, ("\n",), 8, thought=Thought("six"))
    (answer,), _ = answers(live, tokenizer, [request])
    assert answer == Generated("", said.tokens, False)
    no_thought = replace(request, thought=Thought("six", "five", False))
    (answer,), _ = answers(live, tokenizer, [no_thought])
    assert answer == Generated(said.text.lstrip(), said.tokens, True)


def generated_by_transformers(live, tokenizer, request):
    out = live.model.generate(
        torch.tensor([request.prompt]),
        attention_mask=torch.ones(1, len(request.prompt), dtype=torch.long),
        max_new_tokens=request.max_tokens,
        do_sample=False,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=live.model.generation_config.eos_token_id,
    )
    text = tokenizer.decode(out[0, len(request.prompt) :], skip_special_tokens=True)
    for stop in request.stops:
        text = text.split(stop)[0]
    return text


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("penalty", [1.0, 1.3])
def test_generations_are_those_of_transformers(live, tokenizer, penalty, dtype):
    """One at a time: in bfloat16 other rows of a batch change the rounding."""
    requests = [
        Generation(tokens, ("\n", "</s>", "four"), 1 + i % 9)
        for i, tokens in enumerate(sentences(tokenizer, 30, seed=1))
    ]
    other = copy.copy(live)
    other.model = copy.deepcopy(live.model).to(dtype)
    other.model.generation_config.repetition_penalty = penalty
    found = [answers(other, tokenizer, [request])[0][0] for request in requests]
    expected = [generated_by_transformers(other, tokenizer, r) for r in requests]
    assert [answer.text for answer in found] == expected
    assert any(answer.finished for answer in found)
    assert any(not answer.finished for answer in found)


def test_rows_that_have_finished_go_no_further_than_the_model_reads(tokenizer):
    """GPT-2 has as many positions as it has, and a long prompt with a short answer uses them up."""
    torch.manual_seed(0)
    config = GPT2Config(n_positions=32, n_embd=16, n_layer=1, n_head=2, vocab_size=354)
    model = GPT2LMHeadModel(config).eval()
    live = SimpleNamespace(is_spread=False, model=model, device=torch.device("cpu"))
    requests = [Generation((7,) * 30, (), 2)] + [Generation((n,) * 20, (), 12) for n in range(5)]
    found, _ = answers(live, tokenizer, requests)
    alone = [answers(live, tokenizer, [request])[0][0] for request in requests]
    assert [answer.text for answer in found] == [answer.text for answer in alone]
    assert [answer.tokens for answer in found] == [answer.tokens for answer in alone]


@pytest.mark.parametrize(
    "module, constant, value",
    [
        (generation, "TOKENS_PER_BATCH", {"cpu": 40}),
        (slots, "REFILLED", 1),
        (slots, "TOKENS_PER_BATCH", {"cpu": 1}),
        (decoding, "CHOSEN_AT_ONCE", 1),
    ],
)
def test_answers_do_not_depend_on_how_rows_begin_and_are_taken(
    live, tokenizer, monkeypatch, module, constant, value
):
    requests = [replace(r, max_tokens=1 + n % 8) for n, r in enumerate(sampled(tokenizer, 12))]
    requests += [replace(request, sampling=None) for request in requests]
    usual, _ = answers(live, tokenizer, requests)
    assert len({answer.tokens for answer in usual}) > 3
    monkeypatch.setattr(module, constant, value)
    assert answers(live, tokenizer, requests)[0] == usual


@pytest.mark.parametrize("share", [0.0, 0.25, 2.0])
def test_rows_of_a_model_without_slots_are_dropped_or_go_on_unheard(
    live, tokenizer, monkeypatch, share
):
    requests = [replace(r, max_tokens=1 + n % 8) for n, r in enumerate(sampled(tokenizer, 12))]
    usual, _ = answers(live, tokenizer, requests)
    monkeypatch.setattr(Reader, "shares", False)
    monkeypatch.setattr(steps.TextSteps, "drop_share", share)
    assert answers(live, tokenizer, requests)[0] == usual


def test_a_model_of_nan_fails_and_gets_no_score(live, tokenizer):
    broken = copy.copy(live)
    broken.model = copy.deepcopy(live.model)
    with torch.no_grad():
        broken.model.model.layers[2].mlp.up_proj.weight[0, 0] = float("nan")
    prompt = sentences(tokenizer, 1)[0]
    with pytest.raises(TrialError, match="logit is not finite"):
        answers(broken, tokenizer, [Generation(prompt, ("\n",), 3)])
