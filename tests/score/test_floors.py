"""How far tasks lie below their floors."""

import pytest

from evomerge.ledger import Split
from evomerge.recipe import Floor
from evomerge.score.floors import Floors
from evomerge.score.tasks.term import Term

PARENTS = {"A": {"t": 0.75, "u": 0.25}, "B": {"t": 0.5, "u": 0.5}}


def floors(**wanted):
    return Floors([Term(task, "m", 1.0, None, {}, floor) for task, floor in wanted.items()])


def test_a_floor_is_measured_from_the_best_parent_or_a_named_one():
    found = floors(t=Floor(margin=0.125), u=Floor(margin=0.0, against="A"))
    found.measure(Split.SEARCH, PARENTS)
    assert found.violation({"t": 0.625, "u": 0.25}, Split.SEARCH) == 0.0
    assert found.violation({"t": 0.5, "u": 0.125}, Split.SEARCH) == 0.25
    assert found.violation({"t": 0.0, "u": 1.0}, Split.SEARCH) == 0.625


def test_floors_hold_for_each_split_anew():
    found = floors(t=Floor(margin=0.25))
    found.measure(Split.SEARCH, PARENTS)
    assert found.violation({"t": 0.0}, Split.VALIDATION) == 0.0
    found.measure(Split.VALIDATION, {"A": {"t": 0.25}})
    assert found.violation({"t": 0.0}, Split.VALIDATION) == 0.0
    assert found.violation({"t": 0.0}, Split.SEARCH) == 0.5


@pytest.mark.parametrize("means", [{}, {"u": 0.0}])
def test_tasks_without_floor_or_mean_violate_nothing(means):
    found = floors(t=Floor(margin=0.1), u=None)
    found.measure(Split.SEARCH, {**PARENTS, "C": {"u": 0.0}})
    assert found.violation(means, Split.SEARCH) == 0.0


def test_the_lowest_means_are_known_once_parents_are_scored():
    found = floors(t=Floor(margin=0.25), u=None)
    assert found.lowest(Split.VALIDATION) == {}
    found.measure(Split.VALIDATION, PARENTS)
    assert found.lowest(Split.VALIDATION) == {"t": 0.5}
