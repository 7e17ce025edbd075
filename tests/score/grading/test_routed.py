"""Each item goes to its own grader, and all stand in their order again."""

import pytest

from evomerge.engine.request import Likely
from evomerge.ledger import ItemScore
from evomerge.score.grading.routed import Routed
from evomerge.score.items.item import Item
from tests.run.fakes import FirstValue

ITEMS = [Item("t", name, n, ()) for n, name in enumerate("abcd")]
SAID = [(Likely(float(n), False),) for n in range(4)]


class Doubled(FirstValue):
    """Gives twice the value, and remembers what it was asked."""

    concurrent = False

    def __init__(self):
        self.asked = []

    def grade(self, items, responses):
        self.asked.append([item.id for item in items])
        return [s._replace(value=2 * s.value) for s in super().grade(items, responses)]

    regrade = grade

    def lenient(self, items, responses, scores):
        return [score._replace(value=9.0) for score in scores]


@pytest.fixture
def doubled():
    return Doubled()


@pytest.fixture
def routed(doubled):
    single = FirstValue()
    return Routed({"a": doubled, "b": single, "c": doubled, "d": single}, {"b": 0.5})


def test_scores_stand_in_the_order_of_the_items(routed, doubled):
    expected = [
        ItemScore("t", "a", 0.0),
        ItemScore("t", "b", 1.0, 0.5),
        ItemScore("t", "c", 4.0),
        ItemScore("t", "d", 3.0),
    ]
    assert routed.grade(ITEMS, SAID) == routed.regrade(ITEMS, SAID) == expected
    assert routed.grade(ITEMS[::-1], SAID[::-1]) == expected[::-1]
    assert doubled.asked[0] == ["a", "c"], "each grader is asked once for all of its items"


def test_leniency_is_each_graders_own(routed):
    scores = routed.grade(ITEMS, SAID)
    found = routed.lenient(ITEMS, SAID, scores)
    assert [score.value for score in found] == [9.0, 1.0, 9.0, 3.0]


def test_other_work_goes_on_only_where_all_let_it(routed):
    assert not routed.concurrent
    assert Routed({"a": FirstValue()}).concurrent


def test_an_audit_is_of_the_scores(routed):
    audit = routed.audit(ITEMS, SAID, [1.0, 0.0, 1.0, 0.0])
    assert (audit.items, audit.score) == (4, 0.5)
    assert routed.facts(ITEMS, SAID) == []
