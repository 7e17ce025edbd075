"""What one question says beyond another."""

import numpy as np
import pytest

from evomerge.score.wording.comparison.additions import without_additions
from evomerge.score.wording.question import Question

PLAIN = "The red train leaves the northern station with forty sleepy passengers on board."
ADDED = "Please explain each of your steps in a friendly and careful manner."
COUNTED = "Another train leaves the harbour with 17 passengers and 3 dogs on board."


def kept(one, other, templates=None):
    first, second = Question.of(one, ""), Question.of(other, "")
    found = without_additions(first, second, templates)
    return None if found is None else tuple(mask.tolist() for mask in found)


def test_a_few_words_said_otherwise_are_no_additions():
    assert kept(PLAIN, PLAIN.replace("sleepy", "tired and weary")) == ([True], [True])


def test_a_sentence_that_one_adds_is_not_read():
    assert kept(f"{PLAIN} {ADDED}", PLAIN) == ([True, False], [True])
    assert kept(PLAIN, f"{ADDED} {PLAIN}") == ([True], [False, True])


@pytest.mark.parametrize("more", [COUNTED, "A ship sails at 9."])
def test_a_sentence_with_a_number_is_another_question(more):
    assert kept(f"{PLAIN} {COUNTED}", PLAIN) is None


def test_what_is_said_in_the_others_place_is_no_addition():
    assert kept(f"{PLAIN} {ADDED}", f"{PLAIN} {COUNTED}") is None


def test_what_a_task_shares_is_left_out_on_both_sides():
    templates = (np.array([False, True]), np.array([True, False]))
    assert kept(f"{PLAIN} {COUNTED}", f"{ADDED} {PLAIN}", templates) == (
        [True, False],
        [False, True],
    )
