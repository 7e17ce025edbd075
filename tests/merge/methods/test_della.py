import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evomerge.errors import TrialError
from tests.merge import reference
from tests.merge.methods.cases import (
    cases,
    for_each,
    merged,
)
from tests.merge.methods.task_vector_cases import FLAGS, KEYS, assert_as_defined


@given(
    cases(),
    for_each(st.sampled_from([0.25, 0.5, 0.7, 1.0, 1.5])),
    for_each(st.sampled_from([0.0, 0.1, 0.2])),
    st.sampled_from(["della", "della_linear"]),
    FLAGS,
)
def test_della(case, density, epsilon, name, flags):
    each = [*zip(density, epsilon, KEYS, strict=True)][: len(case.thetas)]
    masks = [lambda d, p=p, e=e, key=key: reference.pruned(d, p, e, key) for p, e, key in each]
    assert_as_defined(name, case, masks, flags, 1.0, density=density, epsilon=epsilon, keys=KEYS)


@pytest.mark.parametrize("density, epsilon", [(0.1, 0.15), (0.9, 0.15), (0.1, 0.1), (0.5, 0.5)])
def test_della_refuses_what_is_no_probability(density, epsilon):
    thetas, base = [torch.ones(3)], torch.zeros(3)
    with pytest.raises(TrialError, match="must lie between 0 and 1"):
        merged("della", thetas, base, density=[density], epsilon=[epsilon])
