"""The order in which answers are judged a second time."""

from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.judges.afresh.order import reordered

KEYS = st.lists(st.tuples(st.just("t"), st.text(max_size=4)), unique=True, max_size=30)


@given(KEYS)
def test_an_order_is_another_one_and_a_whole_one(keys):
    order = reordered(keys)
    assert sorted(order) == list(range(len(keys)))
    assert len(keys) < 2 or order != list(range(len(keys)))
    assert reordered(keys) == order
