from collections import Counter

import numpy as np
import pytest

from evomerge.search import Candidate, Outcome, Problem
from evomerge.search.algorithms.natural_niches import NATURAL_NICHES, NaturalNiches, shared
from evomerge.search.archives.scored import Scored

SCORES = np.array([[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]])


def test_an_item_is_shared_by_those_who_solve_it():
    """F_ij = s_ij / z_j^alpha, with z the column sums 3, 1, 1 and 0."""
    third = 1 / 3
    assert shared(SCORES, 1.0) == pytest.approx(
        np.array([[third, 1, 0, 0], [third, 0, 0, 0], [third, 0, 1, 0]])
    )
    assert shared(SCORES, 0.0) == pytest.approx(SCORES)
    assert shared(SCORES, 2.0)[:, 0] == pytest.approx([1 / 9] * 3)


def niches(**settings):
    return NaturalNiches(Problem((0.5,) * 3, (0,) * 3), NATURAL_NICHES.settings(**settings), 0)


def outcome(row):
    return Outcome((sum(row),), scores={("t", str(j)): s for j, s in enumerate(row)})


def archive():
    kept = Scored()
    for number, row in enumerate(SCORES.tolist()):
        kept.add(Candidate(number, 0, number, (0.5,) * 3, "sample"), outcome(row))
    return kept


def test_mates_complete_each_other():
    """Of the first one, the third solves an item more and the second none; so on."""
    algorithm, kept = niches(), archive()
    pairs = Counter(algorithm._mates(kept) for _ in range(3000))
    assert {b for a, b in pairs if a == 0} == {2}
    assert {b for a, b in pairs if a == 2} == {0}
    assert {b for a, b in pairs if a == 1} == {0, 2}
    first = {a: sum(n for (x, _), n in pairs.items() if x == a) / 3000 for a in range(3)}
    worth = shared(SCORES, 1.0).sum(axis=1)
    expected = dict(enumerate(worth / worth.sum()))
    assert first == pytest.approx(expected, abs=0.03)


def test_who_alone_solves_an_item_stays_though_others_solve_more():
    algorithm = niches(archive=3)
    rows = [(1, 1, 1, 0), (1, 1, 1, 0), (1, 1, 0, 0), (0, 0, 0, 1)]
    for one, row in zip(algorithm.ask(3) + algorithm.ask(1), rows, strict=True):
        algorithm.tell(one, outcome(row))
    assert algorithm.kept() == [0, 1, 3]
