from hypothesis import given
from hypothesis import strategies as st

from tests.merge.methods.cases import assert_agrees, cases, merged


@given(cases(most=1), st.floats(-2, 2))
def test_passthrough(case, scale):
    ours = merged("passthrough", case.tensors[0], scale=[scale])
    assert_agrees(ours, case.thetas[0] * scale)
