import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.merge.methods.cases import EXACT_WEIGHTS, assert_agrees, cases, merged


def reference(thetas, base, weight, lambda_):
    """The method in float64, one element after the other."""
    made = np.array(base)
    for at in np.ndindex(base.shape):
        values = [w * (theta[at] - base[at]) for w, theta in zip(weight, thetas, strict=True)]
        made[at] += lambda_ * max(values, key=lambda value: (abs(value), value))
    return made


@given(cases(), st.sampled_from([0.5, 1.0, -2.0]))
def test_it_is_the_largest_delta_of_each_element(case, lambda_):
    weight = EXACT_WEIGHTS[: len(case.thetas)]
    made = merged("magmax", *case.tensors, weight=weight, lambda_=lambda_)
    assert_agrees(made, reference(case.thetas, case.base, weight, lambda_))


def test_of_opposite_deltas_the_positive_one_counts_in_any_order():
    base = torch.tensor([1.0, 1.0, 1.0])
    up, down = torch.tensor([3.0, 0.0, 1.0]), torch.tensor([-1.0, 2.0, 1.5])
    for thetas in ([up, down], [down, up]):
        assert merged("magmax", thetas, base).tolist() == [3.0, 2.0, 1.5]
