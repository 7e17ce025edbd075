import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.merge.methods.cases import assert_agrees, cases, merged


@given(cases(most=1), st.sampled_from([0.0, 1e-4, 0.25, 0.7, 10.0]))
def test_nearswap(case, t):
    thetas, base = case.tensors
    away = np.maximum(np.abs(case.base - case.thetas[0]), 1e-6)
    share = np.clip(t / away, 0, 1)
    ours = merged("nearswap", thetas, base, t=t)
    assert_agrees(ours, share * case.thetas[0] + (1 - share) * case.base)
