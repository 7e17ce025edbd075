import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
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


@given(models())
def test_iso_c(case):
    base, thetas = case
    deltas = arrays(base, thetas, weights(thetas))
    assume(clear(sum(deltas)))
    ours = merged("iso_c", thetas, base, weight=weights(thetas), lambda_=0.5)
    assert_agrees(ours, base.numpy() + 0.5 * reference.iso_c(deltas))


@settings(max_examples=200)
@given(models(kinds=("full", "low", "zero")), st.sampled_from([0.0, 0.3, 0.5, 0.8, 1.0]))
def test_iso_cts(case, common):
    base, thetas = case
    deltas = arrays(base, thetas, weights(thetas))
    full, count = min(base.shape), len(thetas)
    own = min(round((full - int(common * full)) / count), full // count)
    shared = full - own * count
    assume(clear(sum(deltas), shared))
    u = np.linalg.svd(sum(deltas))[0][:, :shared]
    assume(all(clear(d - u @ u.T @ d, own) or not d.any() for d in deltas))
    ours = merged("iso_cts", thetas, base, weight=weights(thetas), common=common, lambda_=0.5)
    assert_agrees(ours, base.numpy() + 0.5 * reference.iso_cts(deltas, common))


@pytest.mark.parametrize("shape", [(40, 24), (24, 40)], ids=str)
def test_iso_flattens_the_spectrum_and_keeps_its_total(shape):
    base, *thetas = randoms(shape, 4)
    total = torch.linalg.svdvals(sum(theta - base for theta in thetas))
    flat = torch.linalg.svdvals(method("iso_c")(thetas, base, [1.0] * 3) - base)
    assert torch.allclose(flat, total.mean().expand(24), rtol=1e-5)
    flat = torch.linalg.svdvals(method("iso_cts")(thetas, base, [1.0] * 3) - base)
    assert torch.allclose(flat, flat.mean().expand(24), rtol=1e-5)


def test_iso_cts_with_all_in_common_is_iso_c():
    base, *thetas = randoms((30, 20), 4)
    ours = method("iso_cts", common=1.0)(thetas, base, [1.0] * 3)
    assert torch.allclose(ours, method("iso_c")(thetas, base, [1.0] * 3), atol=1e-5)


def test_task_directions_of_iso_cts_are_in_the_result():
    """One strong common direction, and weak ones that only a task has: they weigh as much."""
    base, unit = torch.zeros(9, 9), torch.eye(9)
    strong, weak = unit[0].outer(unit[0]), unit[1].outer(unit[1])
    thetas = [strong + 0.1 * weak, strong]
    ours = method("iso_cts", common=1 / 9)(thetas, base, [1.0, 1.0])
    assert torch.allclose(ours, (strong + weak) * (2 + 0.1) / 2, atol=1e-5)
