import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.audits.leak import leaks
from evomerge.zoo import TASKS


def docs(task):
    return [json.loads(line) for line in (TASKS / f"{task}.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("task", ["arithmetic", "french", "arithmetic_french", "reverse_french"])
def test_the_zoo_does_not_leak(task):
    rows = docs(task)
    found = leaks([row["question"] for row in rows], [row["answer"] for row in rows])
    assert found.items > 300
    assert found.share < 0.1
    assert not found.suspect


@pytest.mark.parametrize("task", ["arithmetic", "french", "reverse"])
def test_answers_that_stand_in_their_prompts_are_found(task):
    rows = docs(task)
    some = np.random.default_rng(0).random(len(rows)) < 0.3
    prompts = [
        f"{row['question']} (it is {row['answer'].upper()})" if leaked else row["question"]
        for row, leaked in zip(rows, some, strict=True)
    ]
    found = leaks(prompts, [row["answer"] for row in rows])
    assert found.share == pytest.approx(0.3, abs=0.07)
    assert found.by_chance < 0.1
    assert found.suspect


def test_choices_that_all_stand_in_the_prompt_give_nothing_away():
    rows = docs("largest")
    prompts, golds = [row["question"] for row in rows], [row["answer"] for row in rows]
    assert leaks(prompts, golds, [row["choices"] for row in rows]).items == 0
    assert leaks(prompts, golds).suspect


def test_what_stands_in_every_prompt_is_no_leak():
    prompts = [f"Answer yes or no. Is {n} prime?" for n in range(50)]
    assert not leaks(prompts, ["yes", "no"] * 25).suspect


def test_an_answer_is_a_whole_word():
    assert leaks(["the cathedral", "a dog"], ["cat", "dog"]).share == 0.5
    assert leaks(["106 and 7", "85"], ["06", "85"]).share == 0.5
    assert leaks(["東京はどこ", "京都はどこ"], ["東京", "奈良"]).share == 0.5


@given(st.lists(st.tuples(st.text(max_size=9), st.none() | st.text(max_size=4)), max_size=9))
def test_shares_are_shares(pairs):
    found = leaks([prompt for prompt, _ in pairs], [gold for _, gold in pairs])
    assert 0 <= found.share <= 1
    assert 0 <= found.by_chance <= 1
    assert found.items <= len(pairs)
