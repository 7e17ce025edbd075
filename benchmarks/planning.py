"""What it takes to know what a candidate is made of, before any of it is made.

    python -m benchmarks.planning 7B
    python -m benchmarks.planning 135M --search models
    python -m benchmarks.planning 135M --search path

Milliseconds of the processor a candidate, medians, for parents of a real model's shape. Of the
parents there are names, shapes and hashes alone, which is all that a plan is made from. The recipe
is a TIES merge of three models with genes for weight and density; or task arithmetic of 64 models,
each with a gene for its weight and one that may leave it out; or paths as long as a parent through
the layers of two, twice over and scaled.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import statistics
import time
from functools import cache
from pathlib import Path

import numpy as np
import torch

from benchmarks.shapes import SHAPES, config_of, tensors_of
from evomerge.cli.main import GARBAGE
from evomerge.merge.composition.composition import composition_name
from evomerge.merge.making.blend import Blender
from evomerge.merge.plan.contract import known_only
from evomerge.merge.plan.plan import Planner
from evomerge.recipe import Genome, digest, parse_recipe
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
USE = "use: {gene: {choice: [true, false]}}"
WEIGHT = "parameters: {weight: {gene: {low: 0, high: 1}}}"


def path_recipe(size: str) -> str:
    """Paths through the layers of two models."""
    layers = config_of(size)["num_hidden_layers"]
    slices = ", ".join(f"{{sources: [{{model: {m}, layer_range: [0, {layers}]}}]}}" for m in "ab")
    scale = "{low: 0.5, high: 1.5}"
    return (
        f"merge_method: passthrough\nslices: [{slices}]\n"
        f"path: {{gene: {{repeats: 2, scale: {scale}}}}}"
    )


def recipe_of(search: str, size: str) -> str:
    """What is searched."""
    if search == "ties":
        return RECIPE
    if search == "path":
        return path_recipe(size)
    models = ", ".join(f"{{model: m{n}, {USE}, {WEIGHT}}}" for n in range(64))
    return f"merge_method: task_arithmetic\nbase_model: base\nmodels: [{models}]"


def drawn(genome: Genome, layers: int, rng: np.random.Generator) -> list[float]:
    """A random genome; a path has as many layers as a parent."""
    vector = rng.random(len(genome))
    slots = [n for n, name in enumerate(genome.names) if name.startswith("path.include")]
    vector[slots] = 0.25
    vector[rng.permutation(slots)[:layers].astype(int)] = 0.75
    found: list[float] = vector.tolist()
    return found


STEPS = (
    "the genome decoded",
    "the plan made",
    "types, order and settings of each tensor (worker)",
    "its digest (driver)",
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


def candidate(
    genome: Genome, vector: list[float], worker: Planner, driver: Planner
) -> dict[str, float]:
    """Seconds that each step of a candidate takes."""
    content = {name: parent.content_hash for name, parent in driver.parents.items()}
    times = [time.process_time()]
    recipe = genome.decode(vector)
    times.append(time.process_time())
    plan = worker.plan(recipe)
    times.append(time.process_time())
    blender = Blender(recipe, plan, worker.parents, torch.device("cpu"))
    for operation in plan.operations:
        blender.spec(operation)
        blender.made_of(operation)
    times.append(time.process_time())
    digest(known_only(recipe), content)
    times.append(time.process_time())
    composition_name(recipe, driver)
    times.append(time.process_time())
    return dict(zip(STEPS, np.diff(times).tolist(), strict=True))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", choices=SHAPES)
    parser.add_argument("--search", choices=("ties", "models", "path"), default="ties")
    parser.add_argument("--runs", type=int, default=15)
    arguments = parser.parse_args()
    recipe = parse_recipe(recipe_of(arguments.search, arguments.size))
    parents = {name: parent(name, arguments.size) for name in recipe.parent_names}
    worker, driver = Planner(parents), Planner(parents)
    genome, rng = Genome(recipe), np.random.default_rng(0)
    layers = SHAPES[arguments.size]["layers"]
    gc.set_threshold(GARBAGE)  # as the command does
    took: dict[str, list[float]] = {}
    for _ in range(arguments.runs + 1):
        vector = drawn(genome, layers, rng)
        for what, seconds in candidate(genome, vector, worker, driver).items():
            took.setdefault(what, []).append(1000 * seconds)
    print("| milliseconds | what |\n| --- | --- |")
    took["the driver, in all"] = [*map(sum, zip(*(took[STEPS[n]] for n in (0, 3, 4)), strict=True))]
    for what, every in took.items():
        print(f"| {statistics.median(every[1:]):.1f} | {what} |")


if __name__ == "__main__":
    main()
