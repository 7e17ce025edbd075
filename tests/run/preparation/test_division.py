"""Items in splits, none of which gives another away."""

from evomerge.ledger import Split
from evomerge.run.preparation.division import take_strays_out
from evomerge.score.items.item import Item
from evomerge.score.items.units import ALONE, Units


def split(search=(), validation=(), test=()):
    named = zip(Split, (search, validation, test), strict=True)
    return {s: [Item("t", name, 0, ()) for name in names] for s, names in named}


def test_what_hangs_together_with_sealed_items_is_taken_out_of_other_tasks():
    units = Units({}, {"a": "g", "b": "g"})
    one, other = split(test=["a"]), split(search=["b", "c"], validation=["d"])
    assert take_strays_out([one, other], units) == [0, 1]
    assert [item.id for item in other[Split.SEARCH]] == ["c"]
    assert [item.id for item in one[Split.TEST]] == ["a"]


def test_the_same_document_stays_to_be_refused():
    one, other = split(test=["a"]), split(search=["a"])
    assert take_strays_out([one, other], ALONE) == [0, 0]
    assert [item.id for item in other[Split.SEARCH]] == ["a"]
