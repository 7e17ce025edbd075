import numpy as np
import pytest

from evomerge.search import Candidate, Outcome
from evomerge.search.archives.scored import Scored


def scored(*rows, violations=()):
    archive = Scored()
    for number, row in enumerate(rows):
        add(archive, number, row, violations[number] if violations else 0.0)
    return archive


def add(archive, number, row, violation=0.0):
    scores = {("t", str(item)): value for item, value in enumerate(row)}
    outcome = Outcome((sum(row),), scores=scores, violation=violation)
    archive.add(Candidate(number, 0, number, (0.25, 0.5), "sample"), outcome)


def numbers(archive):
    return [member.number for member in archive]


def test_scores_stand_by_member_and_item():
    archive = scored((1.0, 0.0, 1.0), (0.0, 0.0, 1.0))
    assert archive.scores.tolist() == [[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]]
    assert archive.fitness.tolist() == [2.0, 1.0]
    assert (len(archive), archive[1].genome.tolist()) == (2, [0.25, 0.5])


def test_the_order_of_items_is_the_first_ones():
    archive = scored((1.0, 2.0))
    scores = {("t", "1"): 4.0, ("t", "0"): 3.0}
    archive.add(Candidate(1, 0, 1, (0.0, 0.0), "sample"), Outcome((7.0,), scores=scores))
    assert archive.scores.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_negative_scores_are_counted_from_the_lowest():
    archive = scored((-3.0, 1.0), (-1.0, 0.0))
    assert archive.scores.tolist() == [[0.0, 1.0], [2.0, 0.0]]


def test_the_worst_violates_most_then_is_worth_least_then_is_least_fit_then_the_last():
    rows = [(1.0,), (2.0,), (1.0,), (1.0,), (9.0,)]
    archive = scored(*rows, violations=(0.0, 0.0, 0.0, 0.0, 0.5))
    worth = np.array([1.0, 1.0, 1.0, 0.5, 7.0])
    for out, left in [(4, [0, 1, 2, 3]), (3, [0, 1, 2]), (2, [0, 1]), (0, [1])]:
        archive.remove_worst(worth)
        worth = np.delete(worth, out)
        assert numbers(archive) == left
    assert archive.scores.tolist() == [[2.0]]


def test_other_items_than_before_are_refused():
    archive = scored((1.0, 2.0))
    with pytest.raises(ValueError, match="scored on 3 items, and those before it on 2"):
        add(archive, 1, (1.0, 2.0, 3.0))
