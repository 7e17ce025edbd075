"""Drawn answers and thoughts on a real model: the same in whatever company."""

import random
from dataclasses import replace

import pytest
import torch

from evomerge.engine.request import Generated, Generation, SamplingParams, Thought
from evomerge.engine.transformers.drawing import draw
from tests.engine.transformers.test_forward import answers, sentences

HOT = SamplingParams(1.5, top_p=0.95, top_k=40)


def asked(tokenizer, count, **more):
    """Prompts, each with a key of its own."""
    return [
        Generation(prompt, ("\n",), 6, HOT.keyed(0, str(n), 0), **more)
        for n, prompt in enumerate(sentences(tokenizer, count))
    ]


def test_an_answer_is_drawn_from_the_models_own_probabilities(live, tokenizer):
    requests = asked(tokenizer, 20)
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


@pytest.mark.parametrize("cores", [1, 2])
def test_answers_are_the_same_in_other_batches_and_orders(live, tokenizer, cores):
    requests = asked(tokenizer, 24)
    mixed = [*requests, *(replace(r, sampling=None) for r in requests)]
    alone, _ = answers(live, tokenizer, mixed)
    order = [*range(len(mixed))]
    random.Random(1).shuffle(order)
    found, _ = answers(live, tokenizer, [mixed[n] for n in order], cores)
    assert found == [alone[n] for n in order]
    some, _ = answers(live, tokenizer, requests[5:8], cores)
    assert some == alone[5:8]


def test_a_cold_draw_is_the_most_probable_answer(live, tokenizer):
    requests = asked(tokenizer, 10)
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
