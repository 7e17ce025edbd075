import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import SplitError
from evomerge.recipe import Splits
from evomerge.score.benchmark import Benchmark, Term
from evomerge.score.item import Item, content_id
from evomerge.score.splits import Split, assign


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


def test_a_size_of_0_keeps_the_task_out():
    divided = assign(items(50), Splits(search=0, validation=0, test=1.0))
    assert [len(divided[split]) for split in Split] == [0, 0, 50]


def benchmark():
    divided = assign(items(100), SHARES)
    return Benchmark([Term("t", "acc", 1.0, None, divided)])


def test_test_items_are_sealed_until_the_opening_is_recorded():
    sealed = benchmark()
    assert sealed.items(Split.SEARCH)
    with pytest.raises(SplitError, match="sealed"):
        sealed.items(Split.TEST)

    def unrecordable():
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        sealed.open_test(unrecordable)
    with pytest.raises(SplitError, match="sealed"):
        sealed.items(Split.TEST)
    record = []
    sealed.open_test(lambda: record.append("opened"))
    assert record == ["opened"]
    assert len(sealed.items(Split.TEST)) > 20


def test_content_is_what_names_an_item():
    assert content_id({"a": 1, "b": "é"}) == content_id({"b": "é", "a": 1})
    assert content_id({"a": 1}) != content_id({"a": 2})
