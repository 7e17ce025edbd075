"""What is asked is named by all that it consists of, and by nothing else."""

import hashlib
from array import array
from dataclasses import replace

import pytest

from evomerge.engine.request import (
    Generated,
    Generation,
    Likelihood,
    Likely,
    SamplingParams,
    Thought,
    from_plain,
    prompt_hash,
    to_plain,
)

ASKED = Generation((1, 2, 3), ("\n", "</s>"), 8)


def test_what_was_asked_before_there_were_thoughts_and_chance_keeps_its_name():
    assert repr(ASKED) == "Generation(prompt=(1, 2, 3), stops=('\\n', '</s>'), max_tokens=8)"
    digest = hashlib.blake2b(digest_size=16)
    digest.update(array("q", (1, 2, 3)).tobytes())
    digest.update(b"|3|" + repr((("\n", "</s>"), 8)).encode() + b"|")
    assert prompt_hash([[ASKED]]) == digest.hexdigest()


def test_what_was_asked_before_there_were_encoders_keeps_its_name():
    asked = Likelihood((1, 2, 3), 2)
    assert repr(asked) == "Likelihood(tokens=(1, 2, 3), scored=2)"
    digest = hashlib.blake2b(digest_size=16)
    digest.update(array("q", (1, 2, 3)).tobytes())
    digest.update(b"|3|2|")
    assert prompt_hash([[asked]]) == digest.hexdigest()


def test_what_an_encoder_reads_is_shown_and_counted():
    likelihood, generation = Likelihood((9, 3, 4), 2, (5, 6)), replace(ASKED, encoder_tokens=(5, 6))
    assert (likelihood.shown, Likelihood((9, 3, 4), 2).shown) == ((5, 6), (9,))
    assert (generation.shown, ASKED.shown) == ((5, 6), (1, 2, 3))
    assert likelihood.every_token == (5, 6, 9, 3, 4)
    assert generation.every_token == (5, 6, 1, 2, 3)
    assert (likelihood.most_tokens, Likelihood((9, 3, 4), 2).most_tokens) == (4, 2)
    assert (generation.most_tokens, ASKED.most_tokens) == (13, 11)
    others = [replace(likelihood, encoder_tokens=read) for read in (None, (), (5,), (6, 5))]
    assert len({prompt_hash([[one]]) for one in (likelihood, *others)}) == 5
    assert len({repr(one) for one in (likelihood, *others)}) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": (1, 2, 4)},
        {"encoder_tokens": ()},
        {"encoder_tokens": (1,)},
        {"stops": ("\n",)},
        {"max_tokens": 9},
        {"sampling": SamplingParams(0.7)},
        {"sampling": SamplingParams(0.7, key=1)},
        {"sampling": SamplingParams(0.7, top_p=0.9)},
        {"thought": Thought("</t>")},
        {"thought": Thought("</t>", open=False)},
    ],
)
def test_all_of_it_has_a_part_in_its_name(change):
    other = replace(ASKED, **change)
    assert repr(other) != repr(ASKED)
    assert prompt_hash([[other]]) != prompt_hash([[ASKED]])


def test_each_answer_to_each_question_is_drawn_by_a_key_of_its_own():
    one = SamplingParams(0.7, 0.9, 5)
    keys = {
        one.keyed(seed, item, number).key
        for seed in range(3)
        for item in ("a", "b")
        for number in range(5)
    }
    assert len(keys) == 30
    assert replace(one.keyed(1, "a", 0), key=0) == one
    assert one.keyed(1, "a", 0) == one.keyed(1, "a", 0)


def test_answers_are_written_and_read():
    answers = (Likely(-1.5, True), Generated("7", 3, False))
    assert from_plain(to_plain(answers)) == answers
    assert prompt_hash([[Likelihood((1, 2), 1)]]) != prompt_hash([[Likelihood((1, 2), 2)]])
