import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.merge import reference
from tests.merge.methods.cases import (
    DENSITIES,
    assert_agrees,
    cases,
    for_each,
    merged,
)
from tests.merge.methods.task_vector_cases import FLAGS, KEYS, assert_as_defined


@given(
    cases(), for_each(st.floats(-2, 2).map(lambda w: round(w, 3))), st.booleans(), st.floats(-2, 2)
)
def test_task_arithmetic(case, weight, normalize, lambda_):
    thetas, base = case.tensors
    weight = weight[: len(thetas)]
    assume(not normalize or abs(sum(weight)) > 0.01 or abs(sum(weight)) < 1e-9)
    ours = merged(
        "task_arithmetic", thetas, base, weight=weight, normalize=normalize, lambda_=lambda_
    )
    keep = [lambda delta: delta] * len(thetas)
    assert_agrees(
        ours,
        reference.task_vectors(
            case.thetas, case.base, weight, keep, False, normalize, False, lambda_
        ),
    )


@settings(max_examples=300)
@given(cases(), for_each(DENSITIES), FLAGS)
def test_ties(case, density, flags):
    masks = [lambda d, p=p: reference.trimmed(d, p) for p in density[: len(case.thetas)]]
    assert_as_defined("ties", case, masks, flags, 0.7, density=density)


@given(cases(), for_each(DENSITIES), st.sampled_from(["dare_ties", "dare_linear"]), FLAGS)
def test_dare(case, density, name, flags):
    each = [*zip(density, KEYS, strict=True)][: len(case.thetas)]
    masks = [lambda d, p=p, key=key: reference.dropped(d, p, key) for p, key in each]
    assert_as_defined(name, case, masks, flags, 1.0, density=density, keys=KEYS)


def test_what_dare_and_della_keep_on_average():
    """Kept with the probability that the definition gives each rank, and alike in expectation."""
    delta = torch.linspace(1, 2, 200).repeat(2000, 1)
    base = torch.zeros_like(delta)
    settings = {"density": [0.4], "rescale": False}
    dropped = merged("dare_linear", [delta], base, **settings)
    assert (dropped != 0).double().mean().item() == pytest.approx(0.4, abs=0.004)
    pruned = merged("della_linear", [delta], base, epsilon=[0.2], **settings)
    by_rank = (pruned != 0).double().mean(0).numpy()
    np.testing.assert_allclose(by_rank, np.linspace(0.2, 0.6, 200), atol=0.06)
    assert by_rank.mean() == pytest.approx(0.4, abs=0.004)


def test_dares_own_rescale_is_one_by_density():
    generator = torch.Generator().manual_seed(0)
    base, theta = (torch.randn(40, 50, generator=generator) for _ in range(2))
    by_density, bare = (
        merged("dare_linear", [theta], base, density=[0.25], **how).double() - base
        for how in ({"rescale_by_density": True}, {"rescale": False})
    )
    assert torch.allclose(by_density, 4 * bare, atol=1e-5)
    assert float(by_density.sum()) == pytest.approx(float((theta - base).sum()), abs=400)
