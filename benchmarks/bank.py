"""A candidate through the bank, beside copying the same bytes and beside mergekit's merging.

    python benchmarks/shapes.py 135M PARENTS
    python benchmarks/bank.py PARENTS --mergekit peer/bin/python

Each candidate is a TIES merge of three models with weights and densities of its own in every
layer, written into a live model. "The same bytes" are all that it reads: base and models, copied by
as many threads. Medians; mergekit merges tensors at hand (`merge_state_dicts`), once.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from evomerge.cores import Cores
from evomerge.engine.registry import DEFAULT
from evomerge.merge.making.bank import Bank
from evomerge.recipe import Recipe, recipe_from
from evomerge.weights import Parent, open_parent

MODELS = ("a", "b", "c")
PEER = """
import sys, time, torch
from safetensors.torch import load_file
from mergekit.merge_methods.api import merge_state_dicts
base, *models = [load_file(f"{sys.argv[1]}/{n}/model.safetensors") for n in ("base", "a", "b", "c")]
torch.set_num_threads(int(sys.argv[2]))
parameters = {"weight": {"a": 0.5, "b": 0.6, "c": 0.7}, "density": {"a": 0.3, "b": 0.5, "c": 0.7}}
start = time.perf_counter()
with torch.no_grad():
    merge_state_dicts(
        {"base": base, **dict(zip("abc", models))}, "ties", parameters=parameters, base="base"
    )
print(time.perf_counter() - start)
"""


def candidate(folder: Path, rng: np.random.Generator, layers: int) -> Recipe:
    """A recipe with a weight and a density for each layer of each model."""
    models = [
        {
            "model": str(folder / name),
            "parameters": {
                "weight": rng.uniform(0.1, 1.0, layers).tolist(),
                "density": rng.uniform(0.1, 0.9, layers).tolist(),
            },
        }
        for name in MODELS
    ]
    return recipe_from(
        {"merge_method": "ties", "base_model": str(folder / "base"), "models": models}
    )


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def copying(parents: list[Parent], cores: Cores) -> Callable[[], None]:
    """Copies every tensor of every parent into memory that is there already."""
    pairs = [
        (torch.empty_like(tensor), tensor)
        for parent in parents
        for tensor in (parent.tensors.tensor(name) for name in parent.tensors.specs)
    ]
    pairs.sort(key=lambda pair: -pair[0].numel())
    return lambda: cores.each(lambda pair: pair[0].copy_(pair[1]), pairs)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mergekit", type=Path, help="a Python that has mergekit")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    folder, rng = arguments.folder.resolve(), np.random.default_rng(0)
    parents = {str(folder / name): open_parent(str(folder / name)) for name in ("base", *MODELS)}
    layers = int(parents[str(folder / "base")].config["num_hidden_layers"])
    with Cores(arguments.threads) as cores:
        device = torch.device("cpu")
        bank = Bank(parents, DEFAULT.make(None, cores, device), device)
        copy = copying(list(parents.values()), cores)
        recipes = [candidate(folder, rng, layers) for _ in range(arguments.runs + 1)]
        first = seconds(lambda: bank.write(recipes[0], cores))
        copy()
        merged, copied = [], []
        for recipe in recipes[1:]:
            merged.append(seconds(lambda recipe=recipe: bank.write(recipe, cores)))
            copied.append(seconds(copy))
    ours, theirs = statistics.median(merged), statistics.median(copied)
    print("| milliseconds | what |\n| --- | --- |")
    print(f"| {1000 * first:.0f} | the first candidate, which counts magnitudes |")
    print(f"| {1000 * ours:.0f} | a candidate |")
    print(f"| {1000 * theirs:.0f} | copying the same bytes |")
    print(f"\na candidate is {ours / theirs:.2f} times the copy")
    if arguments.mergekit:
        command = [arguments.mergekit, "-c", PEER, folder, arguments.threads]
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True)
        peer = float(done.stdout.split()[-1])
        print(f"mergekit merges them in {peer:.1f} s: {peer / ours:.0f} times a candidate")


if __name__ == "__main__":
    main()
