"""What a model expects of a text, by hand and against what is known of it."""

import math

import pytest
import torch

from evomerge.diagnosis import speech
from evomerge.diagnosis.speech import Speech, nothing_expected, speech_of, worse_than_parents
from evomerge.diagnosis.subject import Subject
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.zoo import zoo_folder
from tests.diagnosis.planted import LIKE, SUMS, flat, spiked

CPU = torch.device("cpu")


def of(name, text=SUMS):
    return speech_of(Subject.of(str(name)), text, CPU)


def test_surprise_and_entropy_are_what_transformers_gives():
    from transformers import AutoModelForCausalLM

    folder = zoo_folder(LIKE)
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), load_tokenizer(folder)
    surprises, entropies = [], []
    for part in SUMS.split("\n\n")[:2]:
        ids = torch.tensor([tokenizer(part)["input_ids"]])
        with torch.no_grad():
            chances = model(ids).logits[0, :-1].double().log_softmax(-1)
        surprises.append(-chances.gather(1, ids[0, 1:, None])[:, 0])
        entropies.append(-(chances.exp() * chances).sum(-1))
    found = of(LIKE, "\n \n".join(SUMS.split("\n\n")[:2]))
    assert found.tokens == 354
    assert found.surprise == pytest.approx(float(torch.cat(surprises).mean()), abs=1e-5)
    assert found.entropy == pytest.approx(float(torch.cat(entropies).mean()), abs=1e-5)
    assert found.perplexity == pytest.approx(math.exp(found.surprise))


def test_no_more_is_read_than_the_first_tokens(monkeypatch):
    monkeypatch.setattr(speech, "TOKENS", 30)
    assert of(LIKE) == of(LIKE, SUMS + "\n\nwhatever else there is")


def test_flat_and_spiked_are_told_from_what_is_in_between(model):
    own = of(LIKE)
    assert [*nothing_expected(own, [])] == []
    flat(model)
    (one,) = nothing_expected(of(model), [own])
    assert (one.cause, f"{own.entropy:.2f}" in one.evidence) == ("flat", True)
    for _ in range(2):  # back, and beyond
        spiked(model)
    (one,) = nothing_expected(of(model), [own])
    assert one.cause == "spiked"


@pytest.mark.parametrize("surprise, count", [(2.0, 0), (2.6, 0), (2.8, 1), (900.0, 1)])
def test_a_perplexity_is_told_beyond_twice_the_worst_parents(surprise, count):
    parents = [Speech(1.0, 1.0, 50), Speech(2.0, 1.0, 50)]
    assert len([*worse_than_parents(Speech(surprise, 1.0, 50), parents)]) == count
    assert [*worse_than_parents(Speech(surprise, 1.0, 50), [])] == []


def test_a_text_without_a_next_token_says_nothing():
    assert of(LIKE, "") is None
