import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.merge import matrix_reference as reference
from tests.merge.carried_out import merged
from tests.merge.methods.elementwise_cases import (
    assert_agrees,
    parents,
    tensor,
)


@given(parents(), st.data())
def test_fisher(case, data):
    _, thetas, weight = case
    values = st.sampled_from([0.0, 1e-12, 0.5, 3.0])
    information = [data.draw(hnp.arrays(np.float64, t.shape, elements=values)) for t in thetas]
    ours = merged(
        "fisher",
        [tensor(t) for t in thetas],
        weight=weight,
        statistics=[tensor(f) for f in information],
    )
    assert_agrees(ours, reference.fisher(thetas, information, weight))


@given(parents(), st.sampled_from([1e-12, 1.0, 1e6]))
def test_fisher_of_equal_information_is_the_mean(case, level):
    _, thetas, weight = case
    same = [torch.full(t.shape, level) for t in thetas]
    ours = merged("fisher", [tensor(t) for t in thetas], weight=weight, statistics=same)
    mean = sum(w * t for w, t in zip(weight, thetas, strict=True)) / sum(weight)
    assert_agrees(ours, mean)
