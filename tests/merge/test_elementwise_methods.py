import numpy as np
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from evomerge.merge.methods.consensus import consensus_ta
from evomerge.merge.methods.fisher import fisher
from evomerge.merge.methods.pcb import pcb
from tests.merge import matrix_reference as reference
from tests.merge.test_methods import SHAPES, VALUES, assert_agrees, tensor

WEIGHT = [1.0, 0.5, 0.25, 2.0]  # exact in float32: no near ties


@st.composite
def parents(draw, few=1):
    shape, count = draw(SHAPES), draw(st.integers(few, 4))
    arrays = [draw(hnp.arrays(np.float64, shape, elements=VALUES)) for _ in range(count + 1)]
    return arrays[0], arrays[1:], WEIGHT[:count]


@given(parents(), st.data())
def test_fisher(case, data):
    _, thetas, weight = case
    values = st.sampled_from([0.0, 1e-12, 0.5, 3.0])
    information = [data.draw(hnp.arrays(np.float64, t.shape, elements=values)) for t in thetas]
    ours = fisher([tensor(t) for t in thetas], [tensor(f) for f in information], weight=weight)
    assert_agrees(ours, reference.fisher(thetas, information, weight))


@given(parents(), st.sampled_from([1e-12, 1.0, 1e6]))
def test_fisher_of_equal_information_is_the_mean(case, level):
    _, thetas, weight = case
    ours = fisher(
        [tensor(t) for t in thetas],
        [torch.full(t.shape, level) for t in map(tensor, thetas)],
        weight=weight,
    )
    mean = sum(w * t for w, t in zip(weight, thetas, strict=True)) / sum(weight)
    assert_agrees(ours, mean)


@given(parents(), st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.integers(0, 5))
def test_consensus(case, threshold, consensus):
    base, thetas, weight = case
    limits = [threshold] * len(thetas)
    ours = consensus_ta(
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
        ours = consensus_ta(
            *tensors,
            weight=weight,
            threshold=[threshold] * len(thetas),
            consensus=consensus,
            lambda_=1.0,
        )
        assert_agrees(ours, everything)
    nothing = consensus_ta(
        *tensors,
        weight=weight,
        threshold=[0.7] * len(thetas),
        consensus=len(thetas) + 1,
        lambda_=1.0,
    )
    assert torch.equal(nothing, tensors[1])


@given(parents(), st.sampled_from([0.0, 0.1, 0.34, 0.5, 1.0]))
def test_pcb(case, density):
    base, thetas, weight = case
    assume(base.size)
    deltas = [t - base for t in thetas]
    scores = reference.pcb_scores(deltas)
    # Equal scores come from equal values, and which of them stay is then a matter of rounding.
    for score in scores:
        count = max(1, int(density * score.size))
        ranked = np.sort(score.ravel())[::-1]
        assume(count >= score.size or ranked[count - 1] > ranked[count] * (1 + 1e-4))
    ours = pcb(
        [tensor(t) for t in thetas], tensor(base), weight=weight, density=density, lambda_=0.5
    )
    assert_agrees(ours, base + 0.5 * reference.pcb(deltas, scores, weight, density))


@given(parents(), st.sampled_from([0.1, 0.5, 1.0]))
def test_pcb_of_equal_models_is_what_stays_of_one(case, density):
    base, (theta, *_), _ = case
    base, theta = tensor(base), tensor(theta)
    ours = pcb([theta, theta], base, weight=[1.0, 1.0], density=density, lambda_=1.0)
    kept = (ours - theta).abs() < 1e-5
    assert bool((kept | (ours == base)).all())
    assert int(kept.sum()) >= min(theta.numel(), max(1, int(density * theta.numel())))


def test_pcb_prefers_what_is_large_and_agreed_upon():
    base = torch.zeros(4)
    thetas = [torch.tensor([4.0, 3.0, 3.0, 0.1]), torch.tensor([4.0, 3.0, -3.0, 0.1])]
    ours = pcb(thetas, base, weight=[1.0, 1.0], density=0.5, lambda_=1.0)
    assert torch.allclose(ours, torch.tensor([4.0, 3.0, 0.0, 0.0]))
