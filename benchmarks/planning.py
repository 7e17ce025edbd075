"""What it takes to know what a candidate is made of, before any of it is made.

    python benchmarks/planning.py 7B

Milliseconds of a candidate, medians, for parents of a real model's shape. Of the parents there are
names, shapes and hashes alone, which is all that a plan is made from. The recipe is a TIES merge of
three models with genes for weight and density.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import time
from functools import cache
from pathlib import Path

import numpy as np
import torch

from benchmarks.shapes import SHAPES, config_of, tensors_of
from evomerge.merge.composition.composition import composition
from evomerge.merge.making.blend import Blender
from evomerge.merge.plan.plan import Planner
from evomerge.recipe import Genome, parse_recipe
from evomerge.weights import Parent, Spec

MODELS = ("a", "b", "c")
GENES = "{weight: {gene: {low: 0, high: 1, points: 4}}, density: {gene: {low: 0.1, high: 1}}}"
RECIPE = "\n".join(
    [
        "merge_method: ties",
        "base_model: base",
        "models:",
        *(f"  - {{model: {name}, parameters: {GENES}}}" for name in MODELS),
    ]
)


STEPS = (
    "the genome decoded",
    "the plan made",
    "types, order and settings of each tensor (worker)",
    "what it is made of, with its plan (driver)",
)


class Shapes:
    """Tensors of which only shapes and hashes are there."""

    def __init__(self, name: str, size: str) -> None:
        self.name = name
        self.specs = {n: Spec(shape, torch.bfloat16) for n, shape in tensors_of(size).items()}
        self.content_hash = self.digest("")

    @cache  # noqa: B019 - as long as the process
    def digest(self, tensor: str) -> str:
        """Stands for the hash of a tensor's bytes."""
        return hashlib.sha256(f"{self.name}/{tensor}".encode()).hexdigest()

    def tensor(self, name: str) -> torch.Tensor:
        """Raise an error: there are no bytes."""
        raise AssertionError(f"{name} was read")


def parent(name: str, size: str) -> Parent:
    """A parent of that shape."""
    here = Path()
    return Parent(name, name, here, here, config_of(size), None, Shapes(name, size))


def candidate(genome: Genome, planner: Planner, rng: np.random.Generator) -> dict[str, float]:
    """Seconds that each step of a random candidate takes."""
    times = [time.perf_counter()]
    recipe = genome.decode(rng.random(len(genome)))
    times.append(time.perf_counter())
    plan = planner.plan(recipe)
    times.append(time.perf_counter())
    blender = Blender(recipe, plan, planner.parents, torch.device("cpu"))
    for operation in plan.operations:
        blender.spec(operation)
        blender.made_of(operation)
    times.append(time.perf_counter())
    composition(recipe, planner)
    times.append(time.perf_counter())
    return dict(zip(STEPS, np.diff(times).tolist(), strict=True))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=SHAPES)
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    parents = {name: parent(name, arguments.size) for name in ("base", *MODELS)}
    planner = Planner(parents)
    genome, rng = Genome(parse_recipe(RECIPE)), np.random.default_rng(0)
    took: dict[str, list[float]] = {}
    for _ in range(arguments.runs + 1):
        for what, seconds in candidate(genome, planner, rng).items():
            took.setdefault(what, []).append(1000 * seconds)
    print("| milliseconds | what |\n| --- | --- |")
    for what, every in took.items():
        print(f"| {statistics.median(every[1:]):.1f} | {what} |")


if __name__ == "__main__":
    main()
