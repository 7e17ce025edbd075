import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evomerge.errors import TrialError
from tests.merge import reference
from tests.merge.methods.cases import assert_agrees, cases, for_each, merged

WEIGHTS = for_each(st.floats(-2, 2).map(lambda w: round(w, 3)))


@given(cases(), WEIGHTS, st.booleans())
def test_linear(case, weight, normalize):
    thetas, _ = case.tensors
    weight = weight[: len(thetas)]
    if normalize and abs(sum(weight)) < 1e-8:
        with pytest.raises(TrialError, match="add up to 0"):
            merged("linear", thetas, weight=weight, normalize=True)
        return
    assume(not normalize or abs(sum(weight)) > 0.01)
    ours = merged("linear", thetas, weight=weight, normalize=normalize)
    assert_agrees(ours, reference.linear(case.thetas, weight, normalize))
