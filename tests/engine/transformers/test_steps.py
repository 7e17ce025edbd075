"""What encoder-decoders generate is what lm-eval's own model generates."""

from dataclasses import replace

import pytest

from evomerge.engine.request import Likelihood, SamplingParams
from tests.engine.transformers.asked import answers, generations, lm_eval_model, recorder
from tests.sequences import sequence_model

MOST = 9
PENALTY = {"repetition_penalty": 1.6}
"""Without it, random models say one token over and over."""


@pytest.mark.parametrize(
    "family, tokens, settings",
    [
        ("t5", "bpe", {}),
        ("t5", "unigram", PENALTY),
        ("t5", "wordpiece", PENALTY),
        ("mt5", "unigram", {}),
        ("bart", "bpe", PENALTY),
        ("bart", "unigram", {"forced_bos_token_id": 7, **PENALTY}),
        ("marian", "wordpiece", PENALTY),
        ("pegasus", "bpe", PENALTY),
        ("mbart", "bpe", {"forced_bos_token_id": 9, "forced_eos_token_id": 4, **PENALTY}),
    ],
)
def test_texts_are_lm_evals_own(tmp_path, family, tokens, settings):
    """lm-eval adds the prompt's length to the limit of an encoder-decoder's answers, so that it is
    told the limit by transformers' name: tokens of the decoder, with the one it begins with.
    """
    name = sequence_model(tmp_path / "m", family, tokens, generation=settings)
    theirs = lm_eval_model(name).generate_until(
        generations(MOST, max_length=MOST + 1), disable_tqdm=True
    )
    build = recorder(name)
    ours = answers(name, [build.record(instance) for instance in generations(MOST)])
    assert [answer.text for (answer,) in ours] == theirs
    assert all(answer.tokens <= MOST for (answer,) in ours)
    assert len(set(theirs)) > 1


def asked(name):
    build = recorder(name)
    return [build.record(instance) for instance in generations(MOST)]


def test_answers_are_the_same_in_other_company_and_on_any_number_of_cores(tmp_path):
    name = sequence_model(tmp_path / "m", "t5", "unigram")
    items = asked(name)
    sampling = SamplingParams(1.2)
    drawn = [
        (replace(request, sampling=sampling.keyed(0, str(n), 0)),)
        for n, (request,) in enumerate(items)
    ]
    mixed = [*items, *drawn]
    together = answers(name, mixed)
    assert answers(name, mixed, cores=1) == together
    assert answers(name, mixed[::-1])[::-1] == together
    assert [answers(name, [item])[0] for item in mixed] == together
    assert together[: len(items)] != together[len(items) :]


def test_an_answer_that_a_forced_end_cuts_is_cut(tmp_path):
    name = sequence_model(tmp_path / "m", "bart", "bpe")
    found = [answer for (answer,) in answers(name, asked(name))]
    cut = [answer for answer in found if answer.tokens == MOST]
    assert cut
    assert not any(answer.finished for answer in cut)
    assert all(answer.finished for answer in found if answer.tokens < MOST)


def test_longer_beginnings_of_a_decoder_are_read_beside_others(tmp_path):
    """One that begins with two tokens goes on as where the model has said the second."""
    name = sequence_model(tmp_path / "m", "t5", "bpe")
    (request,) = asked(name)[0]
    whole = replace(request, stops=())
    said = next(n for n in range(60) if likeliest(name, whole.prompt, n, whole.encoder_tokens))
    longer = replace(whole, prompt=(*whole.prompt, said), max_tokens=MOST - 1)
    ((ours,), (theirs,)) = answers(name, [(whole,), (longer,)])
    assert theirs.tokens == ours.tokens - 1
    assert ours.text.endswith(theirs.text)
    assert len(theirs.text) > 3


def likeliest(name, prompt, token, encoder_tokens):
    ((answer,),) = answers(name, [(Likelihood((*prompt, token), 1, encoder_tokens),)])
    return answer.greedy
