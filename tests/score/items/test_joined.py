from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.items.joined import joined
from evomerge.score.items.units import ALONE, Units

ITEMS = [f"i{n}" for n in range(6)]


def together(units):
    """The sets of items that are one unit."""
    return {frozenset(b for b in ITEMS if units.unit(a) == units.unit(b)) for a in ITEMS}


def test_what_hangs_together_in_one_run_does_so_in_both():
    one = Units(groups={"i0": "p", "i1": "p"})
    other = Units(groups={"i1": "q", "i2": "q", "i4": "p"})

    assert together(joined(one, other, ITEMS)) == {
        frozenset({"i0", "i1", "i2"}),
        *(frozenset({item}) for item in ITEMS[3:]),
    }
    assert together(joined(ALONE, ALONE, ITEMS)) == {frozenset({item}) for item in ITEMS}


def test_one_question_in_two_items_is_counted_once():
    units = joined(Units({"i1": "i0"}), ALONE, ITEMS)
    assert units.count_questions(ITEMS) == units.count(ITEMS) == 5


GROUPS = st.dictionaries(st.sampled_from(ITEMS), st.sampled_from("pqr"))


@given(GROUPS, GROUPS)
def test_no_order_of_runs_matters_and_each_run_is_kept_to(first, second):
    one, other = Units(groups=first), Units(groups=second)
    both = joined(one, other, ITEMS)

    assert joined(other, one, reversed(ITEMS)) == both
    assert joined(one, one, ITEMS) == joined(one, ALONE, ITEMS)
    for own in (one, other):
        assert all(any(few <= many for many in together(both)) for few in together(own))
