"""Natural niches on scikit-learn's digits: a network found without gradients, from scratch and from
two half-trained parents, beside other ways to merge them.

The network has 64 inputs, 256 hidden units (ReLU) and 10 outputs: 19,210 parameters. A genome x in
[0, 1]^n stands for the parameters (2 x - 1) * REACH. Each training image is an item, right or
wrong.

    python -m benchmarks.digits scratch
    python -m benchmarks.digits parents
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from evomerge.ledger import ItemKey
from evomerge.search import Algorithm, Outcome, Problem, Vector
from evomerge.search.algorithms import ALGORITHMS
from evomerge.search.crossing import slerp

Floats = NDArray[Any]

INPUTS, HIDDEN, OUTPUTS = 64, 256, 10
SIZES = (INPUTS * HIDDEN, HIDDEN, HIDDEN * OUTPUTS, OUTPUTS)
PARAMETERS = sum(SIZES)
REACH = 1.0
"""Largest size of a parameter."""
TEST = 397
"""Images that are tested on; 1,400 are left to search with."""
WIDTH = MUTATION = 0.01
"""Standard deviation of the parameters of a network to begin with, and of mutations."""
ARCHIVE = 20
STEPS, RATE = 200, 0.01
"""Of gradient descent on all images of a parent's digits."""
SLERPS = 1_001


@dataclass(frozen=True)
class Images:
    """Pixels in [0, 1], shape (images, 64), and digits, shape (images,)."""

    pixels: Floats
    digits: NDArray[np.int64]

    def right(self, parameters: Floats) -> NDArray[np.bool_]:
        """Whether a network names each digit, shape (images,)."""
        found: NDArray[np.bool_] = outputs(parameters, self.pixels).argmax(axis=1) == self.digits
        return found

    def accuracy(self, parameters: Floats) -> float:
        """Share of the digits that a network names."""
        return float(self.right(parameters).mean())


def images(seed: int) -> tuple[Images, Images]:
    """1,400 images to search with and 397 to test, divided anew by each seed."""
    digits = load_digits()
    x_train, x_test, y_train, y_test = train_test_split(
        (digits.data / 16).astype(np.float32), digits.target, test_size=TEST, random_state=seed
    )
    return Images(x_train, y_train), Images(x_test, y_test)


def layers(parameters: Floats) -> list[Floats]:
    """The two layers' weights and biases as views of all parameters, shape (n,)."""
    first, bias, second, last = np.split(parameters, np.cumsum(SIZES)[:-1])
    return [first.reshape(INPUTS, HIDDEN), bias, second.reshape(HIDDEN, OUTPUTS), last]


def outputs(parameters: Floats, pixels: Floats) -> Floats:
    """What a network says of images, shape (images, 10)."""
    first, bias, second, last = layers(parameters)
    hidden = pixels @ first
    hidden += bias
    np.maximum(hidden, 0, out=hidden)
    return np.asarray(hidden @ second + last)


def decoded(genome: Sequence[float]) -> Floats:
    """The parameters that a genome stands for."""
    x = np.fromiter(genome, float, len(genome))
    return ((2 * x - 1) * REACH).astype(np.float32)


def encoded(parameters: Floats) -> Vector:
    """The genome that stands for parameters."""
    genome: list[float] = np.clip((parameters / REACH + 1) / 2, 0, 1).tolist()
    return tuple(genome)


def search(
    algorithm: Algorithm,
    network: Callable[[Vector], Floats],
    train: Images,
    evaluations: int,
) -> Floats:
    """The fittest network that an algorithm finds; of equals the last one."""
    keys: list[ItemKey] = [("digits", str(i)) for i in range(len(train.digits))]
    best, found = -1.0, np.zeros(PARAMETERS, np.float32)
    left = evaluations
    while left:
        for candidate in algorithm.ask(min(algorithm.population, left)):
            parameters = network(candidate.genome)
            right = train.right(parameters)
            fitness = float(right.mean())
            scores = dict(zip(keys, right.tolist(), strict=True))
            algorithm.tell(candidate, Outcome((fitness,), scores=scores))
            left -= 1
            if fitness >= best:
                best, found = fitness, parameters
    return found


def natural_niches(starts: Sequence[Floats], seed: int) -> Algorithm:
    """The algorithm over all parameters of the network, one candidate after the other."""
    kind = ALGORITHMS["natural-niches"]
    settings = kind.settings(population=2, archive=ARCHIVE, sigma=MUTATION / (2 * REACH))
    n = PARAMETERS
    return kind.make(
        Problem((0.5,) * n, (0,) * n, starts=tuple(map(encoded, starts))), settings, seed
    )


def from_scratch(seed: int, evaluations: int) -> Iterator[tuple[str, float, float]]:
    """Train and test accuracy of what natural niches make of random networks."""
    train, test = images(seed)
    generator = np.random.default_rng(seed)
    starts = [generator.normal(0, WIDTH, PARAMETERS) for _ in range(ARCHIVE)]
    found = search(natural_niches(starts, seed), decoded, train, evaluations)
    yield "natural niches", train.accuracy(found), test.accuracy(found)


def half_trained(initial: Floats, train: Images, digits: Sequence[int]) -> Floats:
    """A network trained by gradient descent (Adam) on the images of some of the digits."""
    chosen = np.isin(train.digits, digits)
    pixels, wanted = train.pixels[chosen], np.eye(OUTPUTS, dtype=np.float32)[train.digits[chosen]]
    parameters, m, v = initial.astype(np.float32), np.zeros(PARAMETERS), np.zeros(PARAMETERS)
    for step in range(1, STEPS + 1):
        slope = gradient(parameters, pixels, wanted)
        m, v = 0.9 * m + 0.1 * slope, 0.999 * v + 0.001 * slope**2
        moved = RATE * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
        parameters = (parameters - moved).astype(np.float32)
    return parameters


def gradient(parameters: Floats, pixels: Floats, wanted: Floats) -> Floats:
    """Of the cross-entropy, shape (n,)."""
    first, bias, second, last = layers(parameters)
    hidden = np.maximum(pixels @ first + bias, 0)
    said = np.exp((logits := hidden @ second + last) - logits.max(axis=1, keepdims=True))
    error = (said / said.sum(axis=1, keepdims=True) - wanted) / len(pixels)
    back = (error @ second.T) * (hidden > 0)
    parts = (pixels.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0))
    return np.concatenate([part.ravel() for part in parts])


def mixed(a: Floats, b: Floats, split: float, share: float) -> Floats:
    """Slerp of the parameters before a split, and of those behind it in the opposite share."""
    at = round(split * PARAMETERS)
    halves = [slerp(a[:at], b[:at], share), slerp(a[at:], b[at:], 1 - share)]
    return np.concatenate(halves).astype(np.float32)


def from_parents(seed: int, evaluations: int) -> Iterator[tuple[str, float, float]]:
    """The same of a pair of parents, and of what several ways make of them."""
    train, test = images(seed)
    initial = np.random.default_rng(seed).normal(0, 0.1, PARAMETERS)
    a, b = (half_trained(initial, train, digits) for digits in (range(5), range(5, 10)))
    kind = ALGORITHMS["cma-es"]
    strategy = kind.make(Problem((0.5, 0.5), (0, 0)), kind.settings(), seed)
    shares = np.linspace(0, 1, SLERPS)
    ways: dict[str, Callable[[], Floats]] = {
        "parent, digits 0 to 4": lambda: a,
        "parent, digits 5 to 9": lambda: b,
        "uniform": lambda: (a + b) / 2,
        f"slerp, the best of {SLERPS} shares": lambda: max(
            (mixed(a, b, 1.0, share) for share in shares), key=train.accuracy
        ),
        "CMA-ES over split and share": lambda: search(
            strategy, lambda genome: mixed(a, b, *genome), train, evaluations
        ),
        "natural niches": lambda: search(natural_niches([a, b], seed), decoded, train, evaluations),
    }
    for name, way in ways.items():
        found = way()
        yield name, train.accuracy(found), test.accuracy(found)


def main() -> None:
    """Print each run, and a table of means with their standard errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("starts", choices=["scratch", "parents"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    parser.add_argument("--evaluations", type=int)
    args = parser.parse_args()
    scratch = args.starts == "scratch"
    evaluations = args.evaluations or (50_000 if scratch else 10_000)
    found: dict[str, list[tuple[float, float]]] = {}
    for seed in args.seeds:
        began = time.perf_counter()
        for name, *accuracies in (from_scratch if scratch else from_parents)(seed, evaluations):
            found.setdefault(name, []).append((accuracies[0], accuracies[1]))
            shown = " ".join(f"{100 * accuracy:5.1f}" for accuracy in accuracies)
            print(f"seed {seed}: {name}: train, test {shown}", flush=True)
        print(f"seed {seed}: {time.perf_counter() - began:.0f} s", flush=True)
    for name, rows in found.items():
        cells = [_mean([100 * row[i] for row in rows]) for i in (0, 1)]
        print(f"| {name} | {cells[0]} | {cells[1]} |")


def _mean(values: Sequence[float]) -> str:
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0
    return f"{np.mean(values):.1f} ± {error:.1f}"


if __name__ == "__main__":
    main()
