import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given

from tests.merge.carried_out import merged
from tests.merge.methods.matrix_cases import (
    arrays,
    assert_agrees,
    clear,
    models,
    randoms,
    weights,
)


def mutated(base, thetas, weight, mutation, key=7, **more):
    numbers = {"weight": weight, "mutation": mutation, "lambda_": 0.5, "keys": [key] * len(thetas)}
    return merged("svd_mutation", thetas, base, **numbers, **more)


@given(models())
def test_it_stretches_the_singular_values_of_the_sum_and_turns_nothing(case):
    base, thetas = case
    total = sum(arrays(base, thetas, weights(thetas)))
    assume(clear(total))
    u, s, vt = np.linalg.svd(total, full_matrices=False)
    assume(np.diff(s).max(initial=-1.0) < -1e-2 * s[0])  # directions of equal length are anybody's
    ours = mutated(base, thetas, weights(thetas), 0.1)
    inside = u.T @ (2 * (ours.double().numpy() - base.double().numpy())) @ vt.T
    stretched = np.diag(np.diag(inside))
    assert_agrees(torch.tensor(inside).float(), stretched, 1e-4)
    shares = np.diag(inside)[s > 1e-3 * s[0]] / s[s > 1e-3 * s[0]] - 1
    assert np.abs(shares).max(initial=0) < 0.36  # the noise ends at 3.5 standard deviations


def test_the_stretching_is_of_its_size():
    base = torch.zeros(400, 300)
    (theta,) = randoms((400, 300), 1)
    ours = merged("svd_mutation", [theta], base, weight=[1.0], mutation=0.2, lambda_=1.0, keys=[3])
    u, s, vt = torch.linalg.svd(theta.double(), full_matrices=False)
    shares = ((u.T @ ours.double() @ vt.T).diagonal() / s - 1) / 0.2
    assert abs(shares.mean()) < 3 / math.sqrt(300)
    assert abs(shares.std() - 1) < 0.15


def test_chance_is_the_keys_alone():
    base, *thetas = randoms((20, 12), 3)
    one, again, other = (mutated(base, thetas, [0.5, 1.0], 0.1, key) for key in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


@pytest.mark.parametrize(
    "shape, mutation, more",
    [((9, 6), 0.0, {}), ((7,), 0.3, {}), ((9, 6), 0.3, {"table": True}), ((1, 6), 0.3, {})],
)
def test_without_mutation_and_of_no_matrix_it_is_task_arithmetic(shape, mutation, more):
    base, *thetas = randoms(shape, 3)
    plain = merged("task_arithmetic", thetas, base, weight=[0.5, 1.0], normalize=False, lambda_=0.5)
    assert torch.equal(mutated(base, thetas, [0.5, 1.0], mutation, **more), plain)


def test_models_that_are_the_base_leave_it():
    (base,) = randoms((8, 5), 1)
    assert torch.equal(mutated(base, [base.clone()] * 2, [1.0, 1.0], 0.5), base)
