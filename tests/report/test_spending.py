import pytest

from evomerge.ledger import (
    UNIFORM,
    BaselinesNamed,
    Cost,
    ItemsMade,
    Named,
    Part,
    PartAhead,
    Place,
    State,
    Trial,
)
from evomerge.report.spending import WRITING, Spending


def part(digest, split, tokens):
    return Part(digest, split, State.SCORED, cost=Cost(0.1, 0.2, 0.3, tokens))


def trial(digest, cycle):
    return Trial(digest, "search", {}, State.SCORED, place=Place(cycle, 0, 0))


PARTS = [
    part("a", "search", 1),
    part("x", "search", 10),
    part("r", "search", 100),
    part("mean", "search", 1000),
    part("x", "validation", 10**4),
    part("a", "test", 10**5),
]
ASKED = [trial("x", 0), trial("x", -1), trial("r", -1)]
NAMED = [BaselinesNamed((Named(UNIFORM, "a"),))]


@pytest.mark.parametrize(
    "order", [NAMED + PARTS + ASKED, ASKED + PARTS + NAMED], ids=["after", "before"]
)
def test_every_part_has_one_purpose_whenever_that_is_known(order):
    spending = Spending()
    assert spending.costs == {}
    for what in order:
        spending.take(what)
    assert {what: cost.tokens for what, cost in spending.costs.items()} == {
        "parents": 1,
        "search": 1010,
        "random search": 100,
        "validation": 10**4,
        "test": 10**5,
    }
    assert spending.costs["search"] == Cost(0.2, 0.4, 0.6, 1010)
    assert spending.searched_tokens == 1011


def test_what_was_first_found_at_random_and_then_searched_for_is_the_searchs():
    spending = Spending()
    for what in (part("r", "search", 7), trial("r", -1)):
        spending.take(what)
    assert [*spending.costs] == ["random search"]
    spending.take(trial("r", 0))
    assert spending.costs == {"search": Cost(0.1, 0.2, 0.3, 7)}


def test_what_was_done_ahead_is_apart_until_the_run_asks_for_it():
    """And then it is spent on what it was asked for, once."""
    spending = Spending()
    for number in (7, 8):
        spending.take(PartAhead(part("x", "validation", number), "prompts"))
    assert {what: cost.tokens for what, cost in spending.costs.items()} == {"ahead": 15}
    spending.take(part("x", "validation", 8))
    spending.take(part("y", "validation", 8))
    assert {what: cost.tokens for what, cost in spending.costs.items()} == {
        "validation": 16,
        "ahead": 7,
    }
    assert spending.searched_tokens == 0


def test_what_items_took_to_write_counts_against_the_budget():
    spending = Spending()
    for what in (*PARTS, ItemsMade(0, "t", tokens=7, seconds=0.5)):
        spending.take(what)
    before = Spending()
    for what in PARTS:
        before.take(what)
    assert spending.costs[WRITING] == Cost(forward_s=0.5, tokens=7)
    assert spending.searched_tokens == before.searched_tokens + 7
    assert WRITING not in before.costs
