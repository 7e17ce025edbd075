"""Natural niches on scikit-learn's digits: a network found without gradients, from scratch and from
two half-trained parents, beside other ways to merge these.

The network has 64 inputs, 256 hidden units (ReLU) and 10 outputs: 19,210 parameters. A genome x in
[0, 1]^n stands for the parameters (2 x - 1) * REACH. Each training image is an item, right or wrong.

    python -m benchmarks.digits scratch --seeds 5
    python -m benchmarks.digits parents --pairs 5
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
WIDTH = 0.1
"""Standard deviation of the parameters of a network to begin with."""


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
