import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from evomerge.recipe import Splits


@given(st.lists(st.integers(1, 10), min_size=3, max_size=3))
def test_shares_may_add_up_to_all(parts):
    """Rounding does not count as more than all."""
    shares = [part / sum(parts) for part in parts]
    assert Splits(search=shares[0], validation=shares[1], test=shares[2]).by_share


def test_counts_are_no_shares():
    assert not Splits(search=100, validation=0, test=1).by_share
    assert Splits(search=0, validation=0, test=1.0).by_share


@pytest.mark.parametrize(
    "sizes, problem",
    [
        ((0.5, 0.4, 0.2), "the shares add up to 1.1, which is more than 1"),
        ((0.5, 10, 0.2), "all three as shares"),
        ((0, 0, 0), "at least one split must have items"),
        ((-1, 1, 1), "greater than or equal to 0"),
        ((1.5, 0.1, 0.1), "less than or equal to 1"),
    ],
)
def test_sizes_that_mean_nothing_are_refused(sizes, problem):
    with pytest.raises(ValidationError, match=problem):
        Splits(search=sizes[0], validation=sizes[1], test=sizes[2])
