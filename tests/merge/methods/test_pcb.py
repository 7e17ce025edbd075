import numpy as np
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.merge import matrix_reference as reference
from tests.merge.carried_out import merged
from tests.merge.methods.elementwise_cases import (
    assert_agrees,
    parents,
    tensor,
)


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
