import numpy as np
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.merge.carried_out import merged
from tests.merge.methods.elementwise_cases import (
    assert_agrees,
    parents,
    tensor,
)
from tests.merge.reference import slerp


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
