import numpy as np
import torch
from hypothesis import strategies as st

from tests.merge.carried_out import merged

GRID = 64
"""Steps of 1: values so round that float32 holds sums of them exactly, and low ranks stay low."""


@st.composite
def models(draw, most=4, kinds=("full", "low", "zero", "same")):
    """Base and models in float32: tall and wide, deltas of full rank and less, zero or equal."""
    rows, columns = draw(st.integers(2, 12)), draw(st.integers(2, 12))
    count = draw(st.integers(1, most))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    deltas = []
    for _ in range(count):
        match draw(st.sampled_from(kinds)):
            case "full":
                delta = np.round(random.normal(size=(rows, columns)) * GRID) / GRID
            case "low":
                delta = np.outer(random.integers(-3, 4, rows), random.integers(-3, 4, columns))
            case "same" if deltas:
                delta = deltas[-1]
            case _:
                delta = np.zeros((rows, columns))
        deltas.append(delta)
    base = np.round(random.normal(size=(rows, columns)) * GRID) / GRID
    tensors = [torch.tensor(x, dtype=torch.float32) for x in (base, *(base + d for d in deltas))]
    return tensors[0], tensors[1:]


def arrays(base, thetas, weight):
    """The weighted deltas in float64."""
    return [
        (theta.double() - base.double()).numpy() * w
        for theta, w in zip(thetas, weight, strict=True)
    ]


def weights(thetas):
    return [0.5, 1.0, 1.5, 0.25][: len(thetas)]


def clear(matrix, cut=None):
    """Whether no singular value is nearly nothing, and those at the cut are well apart."""
    values = np.linalg.svd(matrix, compute_uv=False)
    values = values / max(values[0], 1e-300)
    if np.any((values < 1e-3) & (values > 1e-9)):
        return False
    cut = len(values) if cut is None else cut
    apart = not 0 < cut < len(values) or values[cut - 1] < 1e-9
    return apart or values[cut - 1] - values[cut] > 1e-3


def assert_agrees(ours, expected, tolerance=2e-5):
    assert ours.dtype == torch.float32
    assert ours.is_contiguous()
    scale = max(1.0, np.abs(expected).max(initial=0))
    np.testing.assert_allclose(ours.double().numpy(), expected, rtol=0, atol=tolerance * scale)


def delta_of(ours, base, lambda_=1.0):
    return (ours.double() - base.double()).numpy() / lambda_


EXACT = {"ridge": 0.0}


HALF = {"density": [0.5] * 3, "normalize": True}


OTHERS = {
    "tsv": {},
    "iso_c": {},
    "iso_cts": {"common": 0.5},
    "wudi": {"ridge": 0.01},
    "knots": HALF,
}
"""Every matrix method of deltas, and its parameters other than weight and lambda."""


def method(name, **others):
    settings_ = {**OTHERS[name], **others}

    def merge(thetas, base, weight):
        several = {k: v[: len(thetas)] if isinstance(v, list) else v for k, v in settings_.items()}
        return merged(name, thetas, base, weight=weight, lambda_=1.0, **several)

    return merge


def randoms(shape, count, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for _ in range(count)]
