"""Grades of the same answers, given twice."""

import pytest

from evomerge.ledger import ItemScore
from evomerge.score.grading.disagreement import disagreements

SCORES = [ItemScore("t", "a", 1.0), ItemScore("t", "b", 0.5), ItemScore("u", "a", 0.0, 3.0)]


def test_equal_grades_leave_nothing():
    assert disagreements(SCORES, SCORES[::-1]) == {}


def test_another_score_or_weight_counts_by_task():
    again = [ItemScore("t", "a", 0.0), ItemScore("t", "b", 0.5 + 2**-50), SCORES[2]]
    assert disagreements(SCORES, again) == {"t": 2}
    assert disagreements(SCORES, [*SCORES[:2], ItemScore("u", "a", 0.0, 2.0)]) == {"u": 1}


def test_other_items_cannot_be_compared():
    with pytest.raises(ValueError, match="3 items were graded, and 2 or others again"):
        disagreements(SCORES, SCORES[:2])
