from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import SplitError
from evomerge.ledger import ItemsOpened, RunStopped, Split
from evomerge.recipe import Splits
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item, content_id
from evomerge.score.items.splits import assign
from evomerge.score.items.units import Units
from evomerge.score.tasks.term import Term


def items(count, start=0, task="t"):
    return [Item(task, content_id({"q": n}), n, ()) for n in range(start, start + count)]


def ids(chosen):
    return {item.id for item in chosen}


SHARES = Splits(search=0.4, validation=0.2, test=0.3)


@given(st.integers(60, 400), st.integers(0, 200))
def test_with_shares_adding_items_moves_no_other(count, more):
    before, after = assign(items(count), SHARES), assign(items(count + more), SHARES)
    for split in Split:
        assert ids(before[split]) <= ids(after[split])


def test_shares_are_about_right_and_disjoint():
    divided = assign(items(20_000), SHARES)
    sizes = [len(divided[split]) for split in Split]
    assert sizes == pytest.approx([8000, 4000, 6000], rel=0.05)
    assert len(ids(divided["search"]) | ids(divided["validation"]) | ids(divided["test"])) == sum(
        sizes
    )


def test_the_same_question_is_in_the_same_split_of_every_task():
    ours, theirs = assign(items(500), SHARES), assign(items(900, task="other"), SHARES)
    for split in Split:
        assert ids(ours[split]) <= ids(theirs[split])


@given(st.permutations(range(30)))
def test_with_counts_sizes_are_exact_and_order_does_not_matter(order):
    pool = items(30)
    divided = assign([pool[i] for i in order], Splits(search=10, validation=5, test=12))
    assert [len(divided[split]) for split in Split] == [10, 5, 12]
    assert ids(divided["test"]) == ids(
        assign(pool, Splits(search=10, validation=5, test=12))["test"]
    )


def test_too_few_items_are_told_with_the_numbers():
    with pytest.raises(SplitError, match="t has 26 items, but the splits need 27: 10 search"):
        assign(items(26), Splits(search=10, validation=5, test=12))
    with pytest.raises(SplitError, match="t has 3 items: too few for any in"):
        assign(items(3), Splits(search=0.98, validation=0.01, test=0.01))
    halves = Units(groups={item.id: f"g{item.doc_id % 2}" for item in items(240)})
    with pytest.raises(SplitError, match="t has 240 items in 2 groups that hang together: too few"):
        assign(items(240), SHARES, units=halves)


def test_a_size_of_0_keeps_the_task_out():
    divided = assign(items(50), Splits(search=0, validation=0, test=1.0))
    assert [len(divided[split]) for split in Split] == [0, 0, 50]


def benchmark():
    divided = assign(items(100), SHARES)
    return Benchmark([Term("t", "acc", 1.0, None, divided)])


def test_test_items_are_sealed_until_the_ledger_says_that_they_are_opened(tmp_path):
    sealed = benchmark()
    assert sealed.items(Split.SEARCH)
    for other in (lambda: None, None, "test_opened", RunStopped("x")):
        with pytest.raises(SplitError, match="opened by the ledger's record of it"):
            sealed.open_test(other)
        with pytest.raises(SplitError, match="sealed"):
            sealed.items(Split.TEST)
    sealed.open_test(ItemsOpened("w", 1))
    assert len(sealed.items(Split.TEST)) > 20
    assert sealed.ids(Split.TEST) == sorted(item.id for item in sealed.items(Split.TEST))


GROUPS = Units(groups={content_id({"q": n}): f"g{n // 6}" for n in range(240)})
"""Forty groups of six."""


@pytest.mark.parametrize(
    "sizes", [SHARES, Splits(search=100, validation=50, test=70)], ids=["shares", "counts"]
)
def test_a_group_is_in_one_split(sizes):
    divided = assign(items(240), sizes, units=GROUPS)
    seen = [{GROUPS.unit(item.id) for item in divided[split]} for split in Split]
    assert all(not one & other for one, other in combinations(seen, 2))
    if not sizes.by_share:
        assert [len(divided[split]) for split in Split] == [100, 50, 70]


def test_with_shares_an_item_joins_the_split_of_its_group():
    grown = Units(groups={content_id({"q": n}): f"g{n // 6}" for n in range(238)})
    before, after = (
        assign(items(238), SHARES, units=grown),
        assign(items(240), SHARES, units=GROUPS),
    )
    for split in Split:
        assert ids(before[split]) <= ids(after[split])


def test_groups_that_do_not_fit_are_told():
    with pytest.raises(SplitError, match=r"240 items, but the splits need 239.*groups of items"):
        assign(items(240), Splits(search=100, validation=50, test=89), units=GROUPS)


def test_content_is_what_names_an_item():
    assert content_id({"a": 1, "b": "é"}) == content_id({"b": "é", "a": 1})
    assert content_id({"a": 1}) != content_id({"a": 2})
