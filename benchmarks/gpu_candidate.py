"""A candidate made on a GPU, beside the bandwidth of a copy there; no files are read.

    python benchmarks/gpu_candidate.py --size 7B

Random parents of that shape, a base and three models in bfloat16, lie on the GPU. Each candidate is
a TIES merge with a weight and a density of its own for every tensor of every model, made from the
thetas to the finished tensors as the bank makes them; the first one, for which magnitudes are
counted, is shown by itself. Bandwidth is bytes read and written over time: of a copy, and of
candidates (four tensors read, one written). Some tensors are made on the CPU as well, and compared
bit by bit.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping

import numpy as np
import torch
from shapes import CHANGE, SHAPES, tensors_of

from evomerge.device import choose_device
from evomerge.merge.making.filling import Computing
from evomerge.merge.methods import METHODS, Inputs

MODELS = 3
COPIED = 1 << 32
"""Bytes of the tensor that is copied."""

Settings = tuple[list[float], list[float]]
"""Weights and densities."""


def parents(size: str, device: torch.device) -> dict[str, Inputs]:
    """What each tensor of a candidate is made of."""
    generator = torch.Generator(device).manual_seed(0)

    def random(shape: tuple[int, ...], scale: float) -> torch.Tensor:
        return torch.randn(shape, generator=generator, device=device) * scale

    made = {}
    for name, shape in tensors_of(size).items():
        base = random(shape, 0.02)
        thetas = [(base + random(shape, 0.02 * CHANGE)).bfloat16() for _ in range(MODELS)]
        made[name] = Inputs(thetas, base.bfloat16(), remember=True)
    return made


def make(inputs: Inputs, settings: Settings, out: torch.Tensor) -> bool | torch.Tensor:
    """One tensor of a candidate; whether it is finite."""
    weight, density = settings
    formula = METHODS["ties"].make(
        inputs, weight=weight, density=density, normalize=True, rescale=False, lambda_=1.0
    )
    return Computing(inputs, formula).fill(out.view(-1))


def candidate(
    every: Mapping[str, Inputs], into: Mapping[str, torch.Tensor], rng: np.random.Generator
) -> dict[str, Settings]:
    """All tensors of a candidate, with random settings."""
    settings: dict[str, Settings] = {
        name: (rng.uniform(0.1, 1, MODELS).tolist(), rng.uniform(0.1, 0.9, MODELS).tolist())
        for name in every
    }
    finite = [make(inputs, settings[name], into[name]) for name, inputs in every.items()]
    if not torch.stack([torch.as_tensor(one) for one in finite]).all():
        raise SystemExit("a candidate is not finite")
    return settings


def seconds(work: Callable[[], object]) -> float:
    """How long it takes, until the GPU has done it."""
    torch.cuda.synchronize()
    start = time.perf_counter()
    work()
    torch.cuda.synchronize()
    return time.perf_counter() - start


def agree(inputs: Inputs, settings: Settings, made: torch.Tensor) -> bool:
    """Whether the CPU makes the same bits."""
    assert inputs.base is not None
    twin = Inputs([theta.cpu() for theta in inputs.thetas], inputs.base.cpu())
    out = torch.empty(made.shape, dtype=made.dtype)
    make(twin, settings, out)
    return torch.equal(out.view(torch.int16), made.cpu().view(torch.int16))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SHAPES, default="7B")
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    device, rng = choose_device("cuda"), np.random.default_rng(0)
    with torch.inference_mode():
        source = torch.zeros(COPIED, dtype=torch.uint8, device=device)
        target = torch.empty_like(source)
        every = parents(arguments.size, device)
        into = {name: torch.empty_like(inputs.thetas[0]) for name, inputs in every.items()}
        first = seconds(lambda: candidate(every, into, rng))
        candidate(every, into, rng)
        merged, copied = [], []
        for _ in range(arguments.runs):
            merged.append(seconds(lambda: candidate(every, into, rng)))
            copied.append(seconds(lambda: target.copy_(source)))
        settings = candidate(every, into, rng)
        some = sorted(every, key=lambda name: every[name].numel)[:: max(1, len(every) // 8)]
        same = sum(agree(every[name], settings[name], into[name]) for name in some)
    moved = (MODELS + 2) * sum(out.nbytes for out in into.values())
    ours = moved / statistics.median(merged)
    theirs = 2 * COPIED / statistics.median(copied)
    print(torch.cuda.get_device_name(device))
    print("| what | |\n| --- | --- |")
    print(f"| the first candidate, which counts magnitudes | {1000 * first:.0f} ms |")
    print(f"| a candidate | {1000 * statistics.median(merged):.1f} ms |")
    print(f"| its bandwidth | {ours / 1e9:.0f} GB/s |")
    print(f"| that of a copy | {theirs / 1e9:.0f} GB/s |")
    print(f"| share of it | {ours / theirs:.0%} |")
    print(f"| tensors that the CPU makes alike | {same} of {len(some)} |")


if __name__ == "__main__":
    main()
