import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomerge.score.wording.comparison.passages import RUN, shared_runs


def words(number, seed=0):
    drawn = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    return " ".join("".join(drawn.choices(letters, k=6)) for _ in range(number))


@pytest.mark.parametrize("length, shared", [(RUN, True), (RUN - 1, False)])
def test_runs_of_so_many_words_are_shared(length, shared):
    run = words(length)
    texts = [f"{words(30, n)} {run if n < 2 else ''} {words(9, n + 100)}" for n in range(1, 6)]
    texts[1] = f"{run.upper()}, {words(5, 50)}"
    assert shared_runs(texts, ["t"] * 5) == ([[0, 1]] if shared else [])


def test_what_most_of_a_task_share_is_an_instruction():
    run = words(40)
    texts = [f"{run} how many {words(9, n)}" for n in range(1, 9)]
    assert shared_runs(texts, ["t"] * 8) == []
    # Exactly half of a task stand on one passage, and half on another.
    halves = [f"{words(40, n % 2)} how many {words(9, n + 9)}" for n in range(8)]
    assert shared_runs(halves, ["t"] * 8) == [[0, 2, 4, 6], [1, 3, 5, 7]]
    # It is one task's instruction, and another's passage.
    assert shared_runs([*texts, run, run, *"abc"], ["t"] * 8 + ["u"] * 5) == [[8, 9]]


def test_an_instruction_and_the_words_after_it_are_no_passage():
    instruction = words(40)
    starts = ["how many", "what is", "who was"]
    texts = [f"{instruction} {starts[n % 3]} {words(12, n + 1)}" for n in range(9)]
    assert shared_runs(texts, ["t"] * 9) == []
    stories = [f"{instruction} {words(30, n % 3 + 90)} {words(12, n + 50)}" for n in range(9)]
    assert shared_runs(stories, ["t"] * 9) == [[0, 3, 6], [1, 4, 7], [2, 5, 8]]


def test_scripts_without_spaces_need_twice_as_many_characters():
    drawn = random.Random(1)
    run = "".join(chr(drawn.randrange(0x4E00, 0x9000)) for _ in range(2 * RUN))
    other = [chr(0x5000 + 9 * n) * 3 for n in range(4)]
    for length in (2 * RUN, 2 * RUN - 1):
        texts = [run[:length] + other[0], other[1] + run[:length], other[2], other[3]]
        assert shared_runs(texts, ["t"] * 4) == ([[0, 1]] if length == 2 * RUN else [])


def test_texts_of_one_repeated_word_are_no_more_work():
    assert shared_runs(["a " * 5000] * 3 + ["b"] * 4, ["t"] * 7) == [[0, 1, 2]]
    assert shared_runs([], []) == shared_runs(["", "short"], ["t", "t"]) == []


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=9))
def test_sets_are_those_of_comparing_each_with_each(drawn):
    texts = [
        f"{words(30, a)} {words(28, b + 10)} {words(3, n + 30)}" for n, (a, b) in enumerate(drawn)
    ]
    found = {frozenset(together) for together in shared_runs(texts, ["t"] * len(texts))}
    expected = set()
    for part in (0, 1):
        for story in range(4):
            on_it = frozenset(n for n, pair in enumerate(drawn) if pair[part] == story)
            if 1 < len(on_it) <= len(texts) / 2:
                expected.add(on_it)
    both = {a & b for a in expected for b in expected if len(a & b) > 1}
    assert expected <= found <= expected | both
