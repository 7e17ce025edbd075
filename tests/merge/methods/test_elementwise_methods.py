import numpy as np
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.merge import matrix_reference as reference
from tests.merge.carried_out import merged
from tests.merge.reference import slerp

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


@given(parents(), st.data())
def test_fisher(case, data):
    _, thetas, weight = case
    values = st.sampled_from([0.0, 1e-12, 0.5, 3.0])
    information = [data.draw(hnp.arrays(np.float64, t.shape, elements=values)) for t in thetas]
    ours = merged(
        "fisher",
        [tensor(t) for t in thetas],
        weight=weight,
        statistics=[tensor(f) for f in information],
    )
    assert_agrees(ours, reference.fisher(thetas, information, weight))


@given(parents(), st.sampled_from([1e-12, 1.0, 1e6]))
def test_fisher_of_equal_information_is_the_mean(case, level):
    _, thetas, weight = case
    same = [torch.full(t.shape, level) for t in thetas]
    ours = merged("fisher", [tensor(t) for t in thetas], weight=weight, statistics=same)
    mean = sum(w * t for w, t in zip(weight, thetas, strict=True)) / sum(weight)
    assert_agrees(ours, mean)


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


@given(parents(), st.sampled_from([0.0, 0.1, 0.34, 0.5, 1.0]))
def test_pcb(case, density):
    base, thetas, weight = case
    assume(base.size)
    deltas = [t - base for t in thetas]
    scores = reference.pcb_scores(deltas)
    # Equal scores come from equal values, and which of them stay is then a matter of rounding.
    for score in scores:
        count = max(1, int(density * score.size)) if density > 0 else 0
        ranked = np.sort(score.ravel())[::-1]
        assume(count in (0, score.size) or ranked[count - 1] > ranked[count] * (1 + 1e-4))
    tensors = [tensor(t) for t in thetas], tensor(base)
    ours = merged("pcb", *tensors, weight=weight, density=density, lambda_=0.5)
    assert_agrees(ours, base + 0.5 * reference.pcb(deltas, scores, weight, density))


@given(parents(), st.sampled_from([0.1, 0.5, 1.0]))
def test_pcb_of_equal_models_is_what_stays_of_one(case, density):
    base, (theta, *_), _ = case
    base, theta = tensor(base), tensor(theta)
    ours = merged("pcb", [theta, theta], base, weight=[1.0, 1.0], density=density, lambda_=1.0)
    kept = (ours - theta).abs() < 1e-5
    assert bool((kept | (ours == base)).all())
    assert int(kept.sum()) >= min(theta.numel(), max(1, int(density * theta.numel())))


def test_pcb_prefers_what_is_large_and_agreed_upon():
    base = torch.zeros(4)
    thetas = [torch.tensor([4.0, 3.0, 3.0, 0.1]), torch.tensor([4.0, 3.0, -3.0, 0.1])]
    ours = merged("pcb", thetas, base, weight=[1.0, 1.0], density=0.5, lambda_=1.0)
    assert torch.allclose(ours, torch.tensor([4.0, 3.0, 0.0, 0.0]))


@given(
    parents(),
    st.floats(0, 1),
    st.integers(0, 20),
    st.integers(0, 40),
    st.integers(0, 60),
)
def test_crossover(case, t, offset, rest, cut):
    base, (theta, *_), _ = case
    total = offset + base.size + rest
    denominator = np.linalg.norm(base) * np.linalg.norm(theta)
    assume(total)
    assume(denominator == 0 or np.vdot(base, theta) / denominator > -0.999)
    split = min(cut, total) / total
    ours = merged(
        "crossover",
        [tensor(theta)],
        tensor(base),
        t=t,
        split=split,
        mutation=0.0,
        place=(offset, total),
        keys=[1],
    )
    before, after = (slerp(theta, base, share) for share in (t, 1 - t))
    first = np.arange(base.size).reshape(base.shape) + offset < round(split * total)
    assert_agrees(ours, np.where(first, before, after))


def test_mutation_is_noise_of_its_size_that_knows_no_parts(monkeypatch):
    base = torch.randn(300, 1000, generator=torch.Generator().manual_seed(0)) * 3 + 1
    numbers = {"t": 0.0, "split": 1.0, "place": (0, base.numel())}
    mutated = merged("crossover", [base], base, **numbers, mutation=0.1, keys=[7])
    noise = (mutated - base) / (0.1 * base.square().mean().sqrt())
    assert abs(noise.mean()) < 0.01
    assert abs(noise.std() - 1) < 0.01
    assert abs((noise > 1.6449).float().mean() - 0.05) < 0.005  # as many as of a normal one
    assert abs((noise[1:] * noise[:-1]).mean()) < 0.01
    monkeypatch.setattr("evomerge.merge.making.filling.PART", 7000)
    again = merged("crossover", [base], base, **numbers, mutation=0.1, keys=[7])
    assert torch.equal(again, mutated)
    other = merged("crossover", [base], base, **numbers, mutation=0.1, keys=[8])
    assert not torch.equal(other, mutated)
