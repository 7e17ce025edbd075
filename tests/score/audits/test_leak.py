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
    choices = [row["choices"] for row in rows]
    assert (leaks(prompts, golds, choices).share, leaks(prompts, golds).share) == (0.0, 1.0)
    loud = [f"{prompt} not {choice[0]}" for prompt, choice in zip(prompts, choices, strict=True)]
    found = leaks(loud, golds, choices)
    assert found.share == pytest.approx(1 / 3, abs=0.05)
    assert not found.suspect


@pytest.mark.parametrize("letters", [False, True])
def test_the_choice_that_is_named_more_often_than_the_others_is_found(letters):
    rows = docs("largest")
    choices = [list("abc") if letters else row["choices"] for row in rows]
    golds = [c[r["choices"].index(r["answer"])] for c, r in zip(choices, rows, strict=True)]
    prompts = [f"A: {a} B: {b} C: {c}" for a, b, c in (row["choices"] for row in rows)]
    assert not leaks(prompts, golds, choices).suspect
    told = [f"{prompt} ({gold})" for prompt, gold in zip(prompts, golds, strict=True)]
    found = leaks(told, golds, choices)
    assert (found.items, found.share, found.suspect) == (500, 1.0, True)
    assert found.by_chance == pytest.approx(1 / 3, abs=0.05)


def test_examples_that_mostly_say_yes_are_no_leak():
    generator = np.random.default_rng(0)
    golds = ["yes" if lucky else "no" for lucky in generator.random(300) < 0.8]
    examples = [[golds[i] for i in generator.integers(300, size=5)] for _ in golds]
    prompts = ["yes or no? " + " ".join(shown) for shown in examples]
    assert not leaks(prompts, golds, [["yes", "no"]] * 300).suspect


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
