import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from evomerge.errors import TrialError
from tests.merge.methods.cases import assert_agrees, cases, merged
from tests.merge.methods.sphere_cases import POSITIVE


@given(cases(), POSITIVE, st.booleans(), st.booleans())
def test_multislerp(case, weight, normalize, with_base):
    thetas, base = case.tensors
    weight = weight[: len(thetas)]
    w = [x / sum(weight) for x in weight] if normalize else weight
    offset = case.base if with_base else np.zeros_like(case.base)
    x = [np.ravel(theta - offset) for theta in case.thetas]
    units = [v / (np.linalg.norm(v) + 1e-8) for v in x]
    total = sum(a * u for a, u in zip(w, units, strict=True))
    assume(np.linalg.norm(total) > 0.01 or all(not v.any() for v in x))
    mean = total / (np.linalg.norm(total) + 1e-30)
    tangent = sum(a * (u - (u @ mean) * mean) for a, u in zip(w, units, strict=True))
    angle = float(np.linalg.norm(tangent))
    direction = mean * math.cos(angle) + tangent * (math.sin(angle) / angle if angle else 1.0)
    size = sum(a * np.linalg.norm(v) for a, v in zip(w, x, strict=True))
    ours = merged(
        "multislerp",
        thetas,
        base if with_base else None,
        weight=weight,
        normalize_weights=normalize,
    )
    assert_agrees(ours, offset + (direction * size).reshape(case.base.shape))


def test_multislerp_refuses_weights_that_add_up_to_0():
    with pytest.raises(TrialError, match="add up to 0"):
        merged("multislerp", [torch.ones(2), torch.zeros(2)], weight=[1.0, -1.0])
