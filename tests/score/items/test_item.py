"""An item is named by its content."""

from hypothesis import given
from hypothesis import strategies as st

from evomerge.score.items.item import Item, canonical, content_id

DOCS = st.dictionaries(st.text(max_size=4), st.one_of(st.integers(), st.text(max_size=9)))


@given(DOCS)
def test_the_order_of_fields_decides_nothing(doc):
    turned = dict(reversed(doc.items()))
    assert content_id(doc) == content_id(turned)
    assert len(content_id(doc)) == 16


@given(DOCS, DOCS)
def test_other_content_has_another_id(one, other):
    assert (content_id(one) == content_id(other)) == (one == other)


def test_ids_are_those_of_every_version():
    assert canonical({"b": "é", "a": 1}) == '{"a": 1, "b": "é"}'
    assert content_id({"b": "é", "a": 1}) == "72098b2a2208bcd8"
    assert Item("t", "i", 3, ()).key == ("t", "i")
