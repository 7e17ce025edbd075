from hypothesis import given
from hypothesis import strategies as st

from tests.merge import reference
from tests.merge.methods.cases import (
    DENSITIES,
    cases,
    for_each,
)
from tests.merge.methods.task_vector_cases import FLAGS, assert_as_defined


@given(
    cases(),
    for_each(DENSITIES),
    for_each(st.sampled_from([0.0, 0.01, 0.2, 0.5, 1.0])),
    st.sampled_from(["breadcrumbs", "breadcrumbs_ties"]),
    FLAGS,
)
def test_breadcrumbs(case, density, gamma, name, flags):
    each = [*zip(density, gamma, strict=True)][: len(case.thetas)]
    masks = [lambda d, p=p, g=g: reference.sifted(d, p, g) for p, g in each]
    assert_as_defined(name, case, masks, flags, 0.7, density=density, gamma=gamma)
