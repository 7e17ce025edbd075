import torch
from hypothesis import assume, given

from evomerge.merge.methods.deltas import Deltas, inverse_root, singular
from evomerge.merge.methods.inputs import Inputs
from tests.merge import matrix_reference as reference
from tests.merge.carried_out import made, merged
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
def test_tsv(case):
    base, thetas = case
    deltas = arrays(base, thetas, weights(thetas))
    assume(all(clear(d, min(base.shape) // len(thetas)) for d in deltas))
    ours = merged("tsv", thetas, base, weight=weights(thetas), lambda_=0.5)
    assert_agrees(ours, base.numpy() + 0.5 * reference.tsv(deltas))


def test_equal_models_give_what_tsv_keeps_of_them():
    base, theta = randoms((20, 12), 2)
    u, s, vt = torch.linalg.svd(theta.double() - base.double(), full_matrices=False)
    kept = base + (u[:, :6] * s[:6]) @ vt[:6]
    ours = method("tsv")([theta, theta], base, [1.0, 1.0])
    assert torch.allclose(ours.double(), kept, atol=1e-5)


def test_tsv_makes_singular_vectors_orthonormal():
    base, *thetas = randoms((40, 24), 4)
    products = Deltas(Inputs(thetas, base)).products()
    parts = [singular(products[i, i]) for i in range(3)]
    right = torch.cat([v[:, :8] for _, v in parts], dim=1)
    made = right @ inverse_root(right.T @ right)
    assert torch.allclose(made.T @ made, torch.eye(24, dtype=torch.float64), atol=1e-9)
    # Of all such, the nearest: the symmetric part of what is between them is positive.
    between = made.T @ right
    assert torch.allclose(between, between.T, atol=1e-9)
    assert torch.linalg.eigvalsh(between).min() > 0


def test_tsv_is_linear_in_its_weights_and_remembers_the_rest():
    base, *thetas = randoms((24, 18), 3)
    inputs = Inputs(thetas, base)
    one, other, both = (
        made("tsv", inputs, weight=weight, lambda_=1.0) - base
        for weight in ([1.0, 0.0], [0.0, -2.0], [1.0, -2.0])
    )
    assert torch.allclose(one + other, both, atol=1e-5)
    fresh = method("tsv")(thetas, base, [1.0, -2.0])
    assert torch.equal(fresh, made("tsv", inputs, weight=[1.0, -2.0], lambda_=1.0))
