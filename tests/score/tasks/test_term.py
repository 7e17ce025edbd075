"""A task's place in the fitness: its own items, and scores within its scale."""

import pytest

from evomerge.engine.request import Likely
from evomerge.ledger import ItemScore, Split
from evomerge.recipe import Floor
from evomerge.score.items.item import Item
from evomerge.score.proof.scale import ASSUMED, BINARY, Scale
from evomerge.score.tasks.term import Term
from tests.run.fakes import FirstValue, items


def term(weight=1.0, floor=None, scale=None):
    return Term("t", "m", weight, FirstValue(), {split: [] for split in Split}, floor, scale=scale)


def test_a_term_takes_its_own_items_and_their_answers():
    asked = [*items("test", 2), Item("u", "other", 0, ()), *items("search", 1)]
    answers = [(Likely(float(n), False),) for n in range(4)]
    own, said = term().own(asked, answers)
    assert [item.id for item in own] == ["test000", "test001", "search000"]
    assert said == [answers[0], answers[1], answers[3]]
    assert term().own([], []) == ([], [])


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
