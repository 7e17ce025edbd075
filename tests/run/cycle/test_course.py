"""How a search went."""

from evomerge.run.cycle.course import NOTHING_NEW, STALE_GENERATIONS, Course


def test_one_that_ends_with_its_budget_has_no_other_reason():
    assert Course(3) == Course(3, looks=0, early=None)


def test_who_is_told_that_nothing_is_new_is_told_for_how_long():
    assert str(STALE_GENERATIONS) in NOTHING_NEW
