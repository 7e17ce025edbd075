"""Log-likelihoods of encoder-decoders are those of lm-eval's own model."""

from dataclasses import replace

import pytest
import torch

from evomerge.engine.request import Likelihood
from evomerge.engine.transformers import encoded, encoded_likelihood
from tests.engine.transformers.asked import answers, likelihoods, lm_eval_model, recorder
from tests.sequences import sequence_model


@pytest.mark.parametrize(
    "family, tokens",
    [
        ("t5", "bpe"),
        ("t5", "unigram"),
        ("t5", "wordpiece"),
        ("mt5", "unigram"),
        ("bart", "bpe"),
        ("bart", "wordpiece"),
        ("marian", "unigram"),
        ("pegasus", "bpe"),
    ],
)
def test_they_are_lm_evals_own(tmp_path, family, tokens):
    name = sequence_model(tmp_path / "m", family, tokens)
    theirs = lm_eval_model(name).loglikelihood(likelihoods(), disable_tqdm=True)
    build = recorder(name)
    ours = answers(name, [build.record(instance) for instance in likelihoods()])
    assert len({round(logprob, 2) for logprob, _ in theirs}) > len(theirs) / 2
    for (mine,), (logprob, greedy) in zip(ours, theirs, strict=True):
        assert mine.logprob == pytest.approx(logprob, abs=1e-4)
        assert mine.greedy == greedy


def test_the_most_probable_answer_is_greedy_as_lm_eval_has_it(tmp_path):
    """The two answers that a random model would give first, and one that it would not."""
    name = sequence_model(tmp_path / "m", "t5")
    build, instances = recorder(name), likelihoods()[:1]
    (asked,) = build.record(instances[0])
    tokens = [replace(asked, tokens=(asked.tokens[0], n), scored=1) for n in range(60)]
    found = [one for (one,) in answers(name, [(request,) for request in tokens])]
    best = max(range(60), key=lambda n: found[n].logprob)
    assert [n for n, one in enumerate(found) if one.greedy] == [best]
    with torch.inference_mode():
        model = lm_eval_model(name).model
        logits = model(
            input_ids=torch.tensor([asked.encoder_tokens]),
            decoder_input_ids=torch.tensor([[asked.tokens[0]]]),
        ).logits
    assert torch.allclose(logits[0, 0].log_softmax(-1)[best], torch.tensor(found[best].logprob))


def test_answers_are_the_same_in_other_company_and_on_any_number_of_cores(tmp_path):
    name = sequence_model(tmp_path / "m", "t5")
    build = recorder(name)
    items = [build.record(instance) for instance in likelihoods()]
    together = answers(name, items)
    assert answers(name, items, cores=1) == together
    for item, (ours,) in zip(items, together, strict=True):
        ((alone,),) = answers(name, [item])
        assert alone.logprob == pytest.approx(ours.logprob, abs=1e-4)
    for ours, theirs in zip(answers(name, items[::-1])[::-1], together, strict=True):
        assert ours[0].logprob == pytest.approx(theirs[0].logprob, abs=1e-4)


def test_the_choices_of_a_question_are_answered_from_one_reading(tmp_path, monkeypatch):
    read = []

    def watched(reader, texts):
        found = encode(reader, texts)
        read.append(found[1].tokens)
        return found

    encode = encoded.encode
    monkeypatch.setattr(encoded_likelihood, "encode", watched)
    name = sequence_model(tmp_path / "m", "t5")
    text = (5, 6, 7, 8, 1)
    choices = tuple(Likelihood((60, n, n + 1), 2, text) for n in range(3, 9))
    other = (Likelihood((60, 3), 1, (9, 1)),)
    together = answers(name, [choices, other, choices])
    assert read == [len(text) + 2] or sorted(read) == [2, len(text)]
    assert together[0] == together[2]


def test_a_type_that_transformers_widens_in_part_is_widened(tmp_path):
    """T5 in float16 keeps the second half of its feed-forward layers in float32."""
    name = sequence_model(tmp_path / "m", "t5", dtype="float16")
    theirs = lm_eval_model(name).loglikelihood(likelihoods(), disable_tqdm=True)
    build = recorder(name)
    ours = answers(name, [build.record(instance) for instance in likelihoods()])
    for (mine,), (logprob, _) in zip(ours, theirs, strict=True):
        assert mine.logprob == pytest.approx(logprob, rel=2e-3, abs=5e-3)
