import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomerge.levels import holm, level_of_look


def test_the_levels_of_all_looks_add_up_to_alpha():
    assert sum(level_of_look(0.05, k) for k in range(1, 100_000)) == pytest.approx(0.05, rel=1e-4)
    assert level_of_look(0.05, 1) == pytest.approx(0.030396, rel=1e-4)
    assert level_of_look(0.05, 3) == pytest.approx(level_of_look(0.05, 1) / 9)


def test_holm_by_hand():
    """0.01 * 4, 0.02 * 3, then 0.03 * 2 and 0.04 * 1, which may not fall below 0.06."""
    assert holm({"d": 0.04, "a": 0.01, "c": 0.03, "b": 0.02}) == pytest.approx(
        {"a": 0.04, "b": 0.06, "c": 0.06, "d": 0.06}
    )
    assert holm({"a": 0.9, "b": 0.6}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}


@given(st.dictionaries(st.text(max_size=3), st.floats(0, 1), max_size=8))
def test_holm_keeps_the_order_and_lies_between_none_and_bonferroni(p_values):
    corrected = holm(p_values)
    assert [*corrected] == [*p_values]
    for name, p in p_values.items():
        assert p <= corrected[name] <= min(1.0, len(p_values) * p)
        assert all(corrected[name] <= corrected[other] for other in p_values if p < p_values[other])
