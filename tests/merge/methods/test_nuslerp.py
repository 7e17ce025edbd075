import math

import numpy as np
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.merge.methods.cases import assert_agrees, cases, merged
from tests.merge.methods.sphere_cases import POSITIVE, cosine, vectors


def interpolated(x, y, t):
    """One pair of vectors, by nuslerp's definition."""
    sizes = [max(float(np.linalg.norm(v)), 1e-7) for v in (x, y)]
    angle = math.acos(min(1.0, max(-1.0, float(x @ y) / (sizes[0] * sizes[1]))))
    if abs(math.sin(angle)) < 1e-8:
        return (1 - t) * x + t * y
    return (math.sin((1 - t) * angle) * x + math.sin(t * angle) * y) / math.sin(angle)


@given(cases(2, 2), POSITIVE, st.sampled_from(["flat", "rows", "columns"]), st.booleans())
def test_nuslerp(case, weight, way, with_base):
    thetas, base = case.tensors
    offset = case.base if with_base else np.zeros_like(case.base)
    x, y = (np.ravel(theta - offset) for theta in case.thetas)
    expected = np.ravel(offset).copy()
    for at in vectors(case.base, way):
        assume(cosine(x[at], y[at]) > -0.999)
        expected[at] += interpolated(x[at], y[at], weight[1] / (weight[0] + weight[1]))
    ours = merged(
        "nuslerp",
        thetas,
        base if with_base else None,
        weight=weight[:2],
        nuslerp_flatten=way == "flat",
        nuslerp_row_wise=way == "columns",
    )
    assert_agrees(ours, expected.reshape(case.base.shape))


def test_nuslerp_of_weights_that_cancel_is_half_way():
    x, y = torch.tensor([1.0, 0]), torch.tensor([0, 1.0])
    ours = merged("nuslerp", [x, y], weight=[0.5, -0.5])
    assert torch.allclose(ours, torch.tensor([0.5, 0.5]).sqrt())
