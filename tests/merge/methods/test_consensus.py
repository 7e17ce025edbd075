import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.merge import matrix_reference as reference
from tests.merge.carried_out import merged
from tests.merge.methods.elementwise_cases import (
    assert_agrees,
    parents,
    tensor,
)


@given(parents(), st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.integers(0, 5))
def test_consensus(case, threshold, consensus):
    base, thetas, weight = case
    limits = [threshold] * len(thetas)
    ours = merged(
        "consensus_ta",
        [tensor(t) for t in thetas],
        tensor(base),
        weight=weight,
        threshold=limits,
        consensus=consensus,
        lambda_=0.5,
    )
    deltas = [w * (t - base) for t, w in zip(thetas, weight, strict=True)]
    assert_agrees(ours, base + 0.5 * reference.consensus_ta(deltas, limits, consensus))


@given(parents())
def test_consensus_at_its_ends(case):
    """Of none it is task arithmetic, as it is at a threshold of 0; of more than all the base."""
    base, thetas, weight = case
    tensors = [tensor(t) for t in thetas], tensor(base)
    everything = base + sum(w * (t - base) for t, w in zip(thetas, weight, strict=True))
    for threshold, consensus in ((0.7, 0), (0.0, len(thetas))):
        ours = merged(
            "consensus_ta",
            *tensors,
            weight=weight,
            threshold=[threshold] * len(thetas),
            consensus=consensus,
            lambda_=1.0,
        )
        assert_agrees(ours, everything)
    nothing = merged(
        "consensus_ta",
        *tensors,
        weight=weight,
        threshold=[0.7] * len(thetas),
        consensus=len(thetas) + 1,
        lambda_=1.0,
    )
    assert torch.equal(nothing, tensors[1])
