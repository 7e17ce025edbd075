"""Items in splits, none of which gives another away."""

import pytest

from evomerge.errors import SplitError
from evomerge.ledger import Split
from evomerge.recipe import parse_recipe
from evomerge.run.preparation.division import divided, take_strays_out
from evomerge.score.items.item import Item, content_id
from evomerge.score.items.units import ALONE, Units

HEAD = "merge_method: linear\nmodels: [{model: A}]\nevolve:\n  budget: {evaluations: 1}\n"


def recipe(splits, term="{task: t, metric: m}"):
    return parse_recipe(f"{HEAD}  fitness: [{term}]\n  splits: {splits}\n", "r.yaml")


ITEMS = [Item("t", content_id(n), n, ()) for n in range(40)]


def test_splits_have_the_sizes_that_the_recipe_says():
    made = divided(recipe("{search: 20, validation: 8, test: 12}"), 0, ITEMS, ALONE)
    assert {split: len(items) for split, items in made.items()} == {
        Split.SEARCH: 20, Split.VALIDATION: 8, Split.TEST: 12
    }  # fmt: skip
    assert len({item.id for items in made.values() for item in items}) == 40


def test_a_floor_needs_test_items():
    term = "{task: t, metric: m, floor: {margin: 0.1}}"
    with pytest.raises(SplitError, match=r"r.yaml:5: floor: t has no test items"):
        divided(recipe("{search: 20, validation: 8, test: 0}", term), 0, ITEMS, ALONE)


def split(search=(), validation=(), test=()):
    named = zip(Split, (search, validation, test), strict=True)
    return {s: [Item("t", name, 0, ()) for name in names] for s, names in named}


def test_what_hangs_together_with_sealed_items_is_taken_out_of_other_tasks():
    units = Units(groups={"a": "g", "b": "g", "c": "c", "d": "d"}) if False else None
    units = units or _units({"a": "g", "b": "g"})
    one, other = split(test=["a"]), split(search=["b", "c"], validation=["d"])
    assert take_strays_out([one, other], units) == [0, 1]
    assert [item.id for item in other[Split.SEARCH]] == ["c"]
    assert [item.id for item in one[Split.TEST]] == ["a"]


def test_the_same_document_stays_to_be_refused():
    one, other = split(test=["a"]), split(search=["a"])
    assert take_strays_out([one, other], ALONE) == [0, 0]
    assert [item.id for item in other[Split.SEARCH]] == ["a"]


def _units(groups):
    return Units({}, groups)
