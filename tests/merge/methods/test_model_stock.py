import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.merge.methods.cases import assert_agrees, cases, merged
from tests.merge.methods.sphere_cases import cosine, vectors


@given(cases(2), st.booleans())
def test_model_stock(case, filter_wise):
    thetas, base = case.tensors
    n, b = len(thetas), np.ravel(case.base)
    x = [np.ravel(theta) for theta in case.thetas]
    expected = b.copy()
    for at in vectors(case.base, "rows" if filter_wise else "flat"):
        d = [v[at] - b[at] for v in x]
        pairs = [(d[i], d[k]) for i in range(n) for k in range(i)]
        c = np.mean([cosine(*pair) for pair in pairs])
        divisor = 1 + (n - 1) * c
        assume(divisor == 0 or abs(divisor) > 1e-3)
        t = n * c / divisor if divisor else 0.0
        expected[at] = t * sum(v[at] for v in x) / n + (1 - t) * b[at]
    # What is divided by little is known less well.
    ours = merged("model_stock", thetas, base, filter_wise=filter_wise)
    assert_agrees(ours, expected.reshape(case.base.shape), tolerance=2e-4)
