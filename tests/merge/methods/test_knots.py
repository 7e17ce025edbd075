from itertools import pairwise

import numpy as np
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.merge import matrix_reference as reference
from tests.merge.carried_out import merged
from tests.merge.methods.matrix_cases import (
    arrays,
    assert_agrees,
    clear,
    method,
    models,
    randoms,
    weights,
)
from tests.merge.reference import combined, trimmed


@given(
    models(kinds=("full", "low", "zero")),
    st.sampled_from([0.0, 0.1, 0.5, 1.0]),
    st.booleans(),
)
def test_knots(case, density, normalize):
    base, thetas = case
    deltas = arrays(base, thetas, [1.0] * len(thetas))
    values = np.linalg.svd(np.hstack(deltas), compute_uv=False)
    assume(clear(np.hstack(deltas)))
    values = values[values > 1e-6 * max(values[0], 1)]
    assume(np.all(-np.diff(values) > 1e-2 * values[:-1]))

    def merge(parts):
        if not parts[0].size:
            return parts[0]
        flat = sorted(np.abs(np.concatenate([p.ravel() for p in parts])))
        assume(all(b - a > 1e-7 or b < 1e-9 for a, b in pairwise(flat)))
        thinned = [
            w * trimmed(np.where(np.abs(p) < 1e-9, 0.0, p), density)
            for p, w in zip(parts, weights(thetas), strict=True)
        ]
        assume(np.all((np.abs(sum(thinned)) > 1e-6) | (sum(map(np.abs, thinned)) == 0)))
        return combined(thinned, weights(thetas), True, normalize)

    settings_ = {"density": [density] * len(thetas), "normalize": normalize, "lambda_": 0.5}
    ours = merged("knots", thetas, base, weight=weights(thetas), **settings_)
    expected = reference.knots(deltas, weights(thetas), merge)
    assert_agrees(ours, base.numpy() + 0.5 * expected, 1e-4)


def test_knots_in_bases_that_do_not_meet_adds_up():
    """LoRA deltas with orthogonal left and right factors: nothing to align, nothing in conflict."""
    q = torch.linalg.qr(torch.randn(40, 40, generator=torch.Generator().manual_seed(0)))[0]
    base = torch.zeros(40, 40)
    thetas = [q[:, :3] @ q[3:6] * 2, q[:, 6:9] @ q[9:12] * 3]
    weight = [1.0, 0.5]
    ours = method("knots", density=[1.0, 1.0], normalize=False)(thetas, base, weight)
    assert torch.allclose(ours, thetas[0] + 0.5 * thetas[1], atol=1e-5)


def test_knots_of_everything_is_task_arithmetic_without_a_conflict():
    base, theta = randoms((30, 30), 2)
    ours = method("knots", density=[1.0])([theta], base, [1.0])
    assert torch.allclose(ours, theta, atol=1e-5)


def test_knots_takes_no_rounding_for_a_direction():
    """A rank of 2 stored in bfloat16: thinning half of V out must not find rounding in it."""
    base, a, b = (*randoms((64, 64), 1), randoms((64, 2), 1, seed=1)[0], randoms((2, 64), 1)[0])
    base = base.bfloat16()
    theta = (base.float() + a @ b).bfloat16()
    ours = method("knots", density=[1.0])([theta], base, [1.0])
    assert torch.linalg.matrix_rank(ours - base.float(), rtol=1e-4) == 2
