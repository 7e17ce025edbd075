import numpy as np
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.merge import matrix_reference as reference
from tests.merge.carried_out import merged
from tests.merge.methods.matrix_cases import (
    assert_agrees,
    clear,
    models,
    randoms,
    weights,
)


@given(models(), st.sampled_from([0.0, 0.9, 1.0]), st.integers(1, 20), st.integers(0, 2**32 - 1))
def test_regmean(case, shrink, tokens, seed):
    _, thetas = case
    random = np.random.default_rng(seed)
    inputs = [random.normal(size=(tokens, thetas[0].shape[1])) for _ in thetas]
    inputs = [x * (random.random(x.shape[1]) > 0.2) for x in inputs]  # features that are off
    grams = [x.T @ x for x in inputs]
    assume(shrink < 1 or clear(np.vstack(inputs)))
    expected = reference.regmean(
        [theta.double().numpy() for theta in thetas], grams, weights(thetas), shrink
    )
    ours = merged(
        "regmean",
        thetas,
        weight=weights(thetas),
        shrink=shrink,
        statistics=[torch.tensor(g) for g in grams],
    )
    assume(np.abs(expected).max() < 100)
    assert_agrees(ours, expected)


def test_regmean_solves_its_normal_equations():
    thetas = randoms((10, 16), 3)
    grams = [x.double().T @ x.double() for x in randoms((40, 16), 3, seed=1)]
    ours = merged("regmean", thetas, weight=[1.0, 2.0, 3.0], shrink=1.0, statistics=grams).double()
    left = ours @ sum(w * g for w, g in zip([1, 2, 3], grams, strict=True))
    right = sum(w * t.double() @ g for w, t, g in zip([1, 2, 3], thetas, grams, strict=True))
    assert torch.allclose(left, right, rtol=1e-5, atol=1e-4)


def test_regmean_of_equal_inputs_or_none_is_the_mean():
    thetas = randoms((10, 16), 2)
    mean = 0.25 * thetas[0] + 0.75 * thetas[1]
    gram = (x := randoms((40, 16), 1)[0].double()).T @ x
    for same in (gram, torch.zeros_like(gram)):
        ours = merged("regmean", thetas, weight=[1.0, 3.0], shrink=0.9, statistics=[same, same])
        assert torch.allclose(ours, mean, atol=1e-5)
