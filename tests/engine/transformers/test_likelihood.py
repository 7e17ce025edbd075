"""Our forward passes against transformers' own, and against themselves in other company."""

import copy
import random
from types import SimpleNamespace

import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st
from transformers import GPT2Config, GPT2LMHeadModel

from evomerge.cores import Cores
from evomerge.engine.request import Generated, Generation, Likelihood
from evomerge.engine.transformers import likelihood
from evomerge.engine.transformers.batches import batched, pad
from evomerge.engine.transformers.scorer import Scorer
from evomerge.errors import Interrupted, TrialError


def sentences(tokenizer, count, seed=0):
    rng = random.Random(seed)
    texts = []
    for _ in range(count):
        a, b = rng.randrange(100), rng.randrange(10_000)
        texts.append(rng.choice([f"{a} + {b % 100} in digits =", f"reverse {b} in english ="]))
    return [tuple(tokenizer.encode(text)) for text in texts]


def answers(live, tokenizer, requests, cores=1, **options):
    with Cores(cores) as pool:
        found = Scorer(tokenizer, pool).answer(live, [(r,) for r in requests], **options)
    return [answer for (answer,) in found.items], found.work


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
    live = SimpleNamespace(model=model, device=torch.device("cpu"))
    requests = [Generation((7,) * 30, (), 2)] + [Generation((n,) * 20, (), 12) for n in range(5)]
    found, _ = answers(live, tokenizer, requests)
    alone = [answers(live, tokenizer, [request])[0][0] for request in requests]
    assert [answer.text for answer in found] == [answer.text for answer in alone]
    assert [answer.tokens for answer in found] == [answer.tokens for answer in alone]


def test_answers_do_not_depend_on_cores_or_on_what_else_is_asked(live, tokenizer):
    prompts = sentences(tokenizer, 150, seed=2)
    requests = [Generation(p, ("\n",), 8) for p in prompts] + [Likelihood(p, 2) for p in prompts]
    one, _ = answers(live, tokenizer, requests, cores=1)
    three, _ = answers(live, tokenizer, requests, cores=3)
    assert one == three
    few, _ = answers(live, tokenizer, requests[:20])
    assert [a.text for a in few] == [a.text for a in one[:20]]


def test_a_model_of_nan_fails_and_gets_no_score(live, tokenizer):
    broken = copy.copy(live)
    broken.model = copy.deepcopy(live.model)
    with torch.no_grad():
        broken.model.model.layers[2].mlp.up_proj.weight[0, 0] = float("nan")
    prompt = sentences(tokenizer, 1)[0]
    with pytest.raises(TrialError, match="logit is not finite"):
        answers(broken, tokenizer, [Generation(prompt, ("\n",), 3)])
    with pytest.raises(TrialError, match="log-likelihood is not finite"):
        answers(broken, tokenizer, [Likelihood(prompt, 2)])


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


def test_batches_hold_everything_once_longest_first():
    rows = [[0] * n for n in random.Random(0).choices(range(1, 300), k=200)]
    made = list(batched(rows, len, 1024))
    lengths = [len(row) for batch in made for row in batch]
    assert lengths == sorted(map(len, rows), reverse=True)
    for batch in made:
        assert len(batch) == 1 or len(batch) * len(batch[0]) <= 1024


@given(st.lists(st.integers(1, 50), max_size=60), st.integers(1, 200), st.integers(1, 3))
@example([1, 1, 1, 1, 1, 4], 3, 2)  # one that has no room stands alone
def test_hands_are_alike_and_hold_everything_once(lengths, limit, hands):
    rows = [(n, length) for n, length in enumerate(lengths)]
    made = list(batched(rows, lambda row: row[1], limit, hands))
    assert sorted(row for batch in made for row in batch) == rows
    for batch in made:
        assert len(batch) == 1 or len(batch) * max(length for _, length in batch) <= limit
    fitting = [batch for batch in made if batch[0][1] <= limit]
    for first in range(0, len(fitting), hands):
        sizes = [len(batch) for batch in fitting[first : first + hands]]
        assert max(sizes) - min(sizes) <= 1


def test_padding():
    assert pad([[1, 2, 3], [4]], 0, "left").tolist() == [[1, 2, 3], [0, 0, 4]]
    assert pad([[1, 2, 3], [4]], 9, "right").tolist() == [[1, 2, 3], [4, 9, 9]]


def test_one_reading_answers_choices_that_differ_in_their_last_token(live, tokenizer):
    prompt = sentences(tokenizer, 1)[0]
    requests = [Likelihood((*prompt, token), 1) for token in range(10, 16)]
    found, work = answers(live, tokenizer, requests)
    assert work.tokens == len(prompt)
    assert len({answer.logprob for answer in found}) == 6


@pytest.mark.gpu
def test_the_gpu_gives_the_same_answers(tokenizer):
    from evomerge.recipe import parse_recipe
    from evomerge.weights import open_parent
    from tests.live import LiveBank

    recipe = parse_recipe("merge_method: linear\nmodels: [{model: zoo:arithmetic}]")
    parents = {"zoo:arithmetic": open_parent("zoo:arithmetic")}
    prompts = sentences(tokenizer, 50)
    requests = [Generation(p, ("\n",), 6) for p in prompts] + [Likelihood(p, 2) for p in prompts]
    both = []
    for device in ("cpu", "cuda"):
        with Cores(1) as cores:
            live = LiveBank(parents, torch.device(device)).write(recipe, cores)
        both.append(answers(live, tokenizer, requests)[0])
    for cpu, gpu in zip(*both, strict=True):
        if isinstance(cpu, Generated):
            assert cpu == gpu
        else:
            assert cpu.logprob == pytest.approx(gpu.logprob, abs=1e-3)
