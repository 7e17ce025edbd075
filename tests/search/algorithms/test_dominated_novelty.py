from collections import Counter

import numpy as np
import pytest

from evomerge.search import Candidate, Outcome, Problem
from evomerge.search.algorithms.dominated_novelty import (
    DOMINATED_NOVELTY,
    DominatedNovelty,
    novelty,
)
from evomerge.search.archives.scored import Scored

SCORES = np.array([[1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0]], float)


def test_it_is_the_mean_distance_from_the_nearest_that_are_fitter():
    """Items weigh 1/4, 2/4, 3/4 and 3/4: one less the share of members that solve them."""
    fitness = np.array([3.0, 2.0, 1.0, 1.0])
    assert novelty(SCORES, fitness, 3).tolist() == [np.inf, 0.0, 0.75, 0.0]


def test_only_so_many_of_the_nearest_count():
    scores = np.array([[0, 1, 1], [0, 0, 1], [1, 0, 1], [1, 1, 0]], float)
    fitness = np.array([4.0, 3.0, 2.0, 1.0])
    weights = np.array([0.5, 0.5, 0.25])
    last = sorted([weights[0], weights[0] + weights[1], weights[1]])
    for nearest in (1, 2, 3, 9):
        expected = np.mean(last[:nearest])
        assert novelty(scores, fitness, nearest)[3] == pytest.approx(expected)


def test_scores_may_have_any_scale():
    fitness = np.array([3.0, 2.0, 1.0, 1.0])
    assert novelty(10 * SCORES, fitness, 3)[2] == pytest.approx(7.5)


def test_any_two_different_members_mate():
    problem = Problem((0.5,), (0,))
    algorithm = DominatedNovelty(problem, DOMINATED_NOVELTY.settings(), 0)
    kept = Scored()
    for number, row in enumerate(SCORES.tolist()):
        scores = {("t", str(j)): s for j, s in enumerate(row)}
        outcome = Outcome((sum(row),), scores=scores)
        kept.add(Candidate(number, 0, number, (0.5,), "sample"), outcome)
    pairs = Counter(frozenset(algorithm._mates(kept)) for _ in range(600))
    assert len(pairs) == 6
    assert {len(pair) for pair in pairs} == {2}


def test_the_archive_keeps_the_fittest_and_who_solves_what_it_does_not():
    problem = Problem((0.5,), (0,))
    algorithm = DominatedNovelty(problem, DOMINATED_NOVELTY.settings(archive=2), 0)
    for one, row in zip(algorithm.ask(4), SCORES.tolist(), strict=True):
        scores = {("t", str(j)): s for j, s in enumerate(row)}
        algorithm.tell(one, Outcome((sum(row),), scores=scores))
    assert algorithm.kept() == [0, 2]
