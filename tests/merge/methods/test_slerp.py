from hypothesis import assume, given
from hypothesis import strategies as st

from tests.merge import reference
from tests.merge.methods.cases import assert_agrees, cases, merged
from tests.merge.methods.sphere_cases import cosine


@given(cases(most=1), st.floats(0, 1))
def test_slerp(case, t):
    thetas, base = case.tensors
    # The angle of nearly opposite vectors turns on a rounding.
    assume(cosine(case.thetas[0], case.base) > -0.999)
    ours = merged("slerp", thetas, base, t=t)
    assert_agrees(ours, reference.slerp(case.thetas[0], case.base, t))
