"""The mean score of each task."""

import pytest

from evomerge.ledger import ItemScore
from evomerge.score.proof.means import task_means


def test_items_that_count_for_nothing_are_left_out_and_so_are_tasks_without_any():
    scores = [
        ItemScore("a", "1", 1.0),
        ItemScore("b", "1", 0.5, 0.0),
        ItemScore("a", "2", 0.0, 3.0),
        ItemScore("c", "1", 1.0),
    ]
    assert task_means(("a", "b"), scores) == {"a": pytest.approx(0.25)}
    assert task_means(("a",), []) == {}
