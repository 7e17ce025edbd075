"""What has changed is told, from what to what."""

from hypothesis import given
from hypothesis import strategies as st

from evomerge.run.folder.difference import changed, changed_items, changed_keys

PLAIN = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


def test_keys_are_told_with_both_values():
    before = {"evolve": {"seed": 3, "race": False}, "models": [{"model": "a"}, {"model": "b"}]}
    now = {"evolve": {"seed": 4, "elites": 2}, "models": [{"model": "a"}, {"model": "c"}]}
    assert changed_keys(before, now) == (
        "evolve.seed was 3 and is 4; evolve.race was False and is absent; "
        "evolve.elites was absent and is 2 and 1 more"
    )
    assert changed_keys({"models": [1]}, {"models": [1, 2]}) == "models was [1] and is [1, 2]"


@given(PLAIN, PLAIN)
def test_what_is_alike_has_no_difference(one, other):
    assert changed_keys(one, one) == ""
    assert bool(changed_keys([one], [other])) <= (one != other)


def test_items_are_told_by_task_and_kind():
    before = [("t", "a", 0, "search", "p"), ("t", "b", 1, "test", "p"), ("u", "c", 2, "test", "p")]
    now = [("t", "a", 0, "search", "q"), ("u", "c", 2, "search", "p"), ("u", "d", 7, "test", "p")]
    assert changed_items(before, now) == (
        "t: 1 gone, such as document 1; u: 1 new, such as document 7; "
        "u: 1 in another split, such as document 2; t: 1 asked otherwise, such as document 0"
    )
    assert changed_items(before, before) == ""
    assert changed("a" * 64, "b" * 64) == "aaaaaaaaaaaa and is bbbbbbbbbbbb"
