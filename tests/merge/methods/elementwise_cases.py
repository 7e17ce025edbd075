import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

SHAPES = st.sampled_from([(), (1,), (7,), (3, 5), (1, 6), (6, 1), (2, 3, 2), (0,), (0, 3)])


# Few distinct magnitudes, so that ties, zero deltas and cancelled sums come up all the time.
VALUES = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.25, 0.5, 1.0, 3.0])


WEIGHT = [1.0, 0.5, 0.25, 2.0]  # exact in float32: no near ties


def tensor(array):
    return torch.tensor(array, dtype=torch.float32)


def assert_agrees(ours, theirs):
    np.testing.assert_allclose(ours.double().numpy(), theirs, rtol=2e-5, atol=2e-5)


@st.composite
def parents(draw, few=1):
    shape, count = draw(SHAPES), draw(st.integers(few, 4))
    arrays = [draw(hnp.arrays(np.float64, shape, elements=VALUES)) for _ in range(count + 1)]
    return arrays[0], arrays[1:], WEIGHT[:count]
