import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from evomerge.errors import TrialError
from evomerge.merge.methods.findings import MemoryBudget
from evomerge.merge.methods.magnitudes import Magnitudes
from evomerge.merge.methods.task_vectors import share
from tests.merge import reference
from tests.merge.methods.cases import (
    DENSITIES,
    EXACT_WEIGHTS,
    assert_agrees,
    cases,
    for_each,
    merged,
)

KEYS = [11, 22, 2**63 + 33, 44]
FLAGS = st.tuples(st.booleans(), st.booleans())
"""Normalize and rescale."""


def assert_as_defined(name, case, masks, flags, lambda_, **how):
    """A method of the family against its definition, given how the deltas are thinned out."""
    normalize, rescale = flags
    thetas, base = case.tensors
    weight = EXACT_WEIGHTS[: len(thetas)]
    consensus = name.endswith("ties") or name == "della"
    ours = merged(
        name,
        thetas,
        base,
        weight=weight,
        normalize=normalize,
        rescale=rescale,
        lambda_=lambda_,
        **{key: values[: len(thetas)] for key, values in how.items()},
    )
    given = case.thetas, case.base, weight, masks
    expected = reference.task_vectors(*given, consensus, normalize, rescale, lambda_)
    # Values scaled to a norm are rounded, and where they cancel a sign can turn on that.
    sure = reference.sure(reference.weighted(*given, rescale)) if consensus and rescale else None
    assert_agrees(ours, expected, sure)


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


@given(
    cases(),
    for_each(DENSITIES),
    for_each(st.sampled_from([0.0, 0.01, 0.2, 0.5, 1.0])),
    st.sampled_from(["breadcrumbs", "breadcrumbs_ties"]),
    FLAGS,
)
def test_breadcrumbs(case, density, gamma, name, flags):
    each = [*zip(density, gamma, strict=True)][: len(case.thetas)]
    masks = [lambda d, p=p, g=g: reference.sifted(d, p, g) for p, g in each]
    assert_as_defined(name, case, masks, flags, 0.7, density=density, gamma=gamma)


@given(
    cases(),
    for_each(st.sampled_from([0.25, 0.5, 0.7, 1.0, 1.5])),
    for_each(st.sampled_from([0.0, 0.1, 0.2])),
    st.sampled_from(["della", "della_linear"]),
    FLAGS,
)
def test_della(case, density, epsilon, name, flags):
    each = [*zip(density, epsilon, KEYS, strict=True)][: len(case.thetas)]
    masks = [lambda d, p=p, e=e, key=key: reference.pruned(d, p, e, key) for p, e, key in each]
    assert_as_defined(name, case, masks, flags, 1.0, density=density, epsilon=epsilon, keys=KEYS)


@pytest.mark.parametrize("density, epsilon", [(0.1, 0.15), (0.9, 0.15), (0.1, 0.1), (0.5, 0.5)])
def test_della_refuses_what_is_no_probability(density, epsilon):
    thetas, base = [torch.ones(3)], torch.zeros(3)
    with pytest.raises(TrialError, match="must lie between 0 and 1"):
        merged("della", thetas, base, density=[density], epsilon=[epsilon])


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


@given(hnp.arrays(np.float32, st.integers(1, 60), elements=st.floats(-4, 4, width=16)), DENSITIES)
def test_exactly_so_many_of_the_largest_stay(delta, density):
    theta, expected = torch.tensor(delta), reference.trimmed(delta, density)
    keep = share(density, len(delta))
    # Looked up in all magnitudes, found once, or found anew.
    for memory in (MemoryBudget(1 << 30), None, MemoryBudget(0)):
        known = Magnitudes(theta, torch.zeros_like(theta), memory)
        assert known.size() == pytest.approx(np.abs(delta).sum(dtype=np.float64), rel=1e-12)
        cut = known.cut(keep)
        size = known.size() if cut is None else known.size(cut.kept)
        assert size == pytest.approx(np.abs(expected).sum(dtype=np.float64), rel=1e-12)
