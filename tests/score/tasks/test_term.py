"""A task's place in the fitness: scores within its scale."""

import pytest

from evomerge.ledger import ItemScore, Split
from evomerge.recipe import Floor
from evomerge.score.proof.scale import ASSUMED, BINARY, Scale
from evomerge.score.tasks.term import Term
from tests.run.fakes import FirstValue


def term(weight=1.0, floor=None, scale=None):
    return Term("t", "m", weight, FirstValue(), {split: [] for split in Split}, floor, scale=scale)


@pytest.mark.parametrize(
    "scale, clipped",
    [
        (None, [-3.0, 0.5, 4.0]),
        (ASSUMED, [-3.0, 0.5, 4.0]),
        (BINARY, [0.0, 0.5, 1.0]),
        (Scale(-2.0, 10.0), [-2.0, 0.5, 4.0]),
    ],
)
def test_scores_are_clipped_to_what_is_known_of_the_scale(scale, clipped):
    scores = [
        ItemScore("t", name, value, 2.0) for name, value in zip("abc", (-3, 0.5, 4.0), strict=True)
    ]
    found = term(scale=scale).clipped(scores)
    assert [score.value for score in found] == clipped
    assert {score.weight for score in found} == {2.0}


def test_what_neither_counts_nor_has_a_floor_does_not_matter():
    assert term().matters
    assert term(0.0, Floor(margin=0.1)).matters
    assert not term(0.0).matters
