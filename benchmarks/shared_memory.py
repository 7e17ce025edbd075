"""What a further worker on the same machine takes of its memory.

    python -m benchmarks.shared_memory recipes/smollm2.yaml --workers 2

Parents reach workers as mapped files, of which the system keeps one copy. Each worker scores a
random recipe of the genome on some items; then its proportional set size is read (memory that it
has for itself, and its share of what several have; Linux's smaps_rollup), and set beside the size
of its live model.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np
import psutil
import torch

from evomerge import load_recipe
from evomerge.ledger import Split
from evomerge.recipe import Genome
from evomerge.run.preparation.preflight import prepare
from evomerge.workers.driver import answers
from evomerge.workers.protocol import Job
from evomerge.workers.ray import RayWorkers

ACTOR = "ray::WorkerProcess"


def proportional_mb(process: psutil.Process) -> float:
    """The proportional set size of a process."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
    (pss,) = (line.split()[1] for line in lines if line.startswith("Pss:"))
    return int(pss) / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--items", type=int, default=40)
    arguments = parser.parse_args()
    prepared = prepare(load_recipe(arguments.recipe))
    genome, rng = Genome(prepared.recipe), np.random.default_rng(0)
    requests = [one.requests for one in prepared.benchmark.items(Split.SEARCH)][: arguments.items]
    recipes = [genome.decode(list(rng.random(len(genome)))) for _ in range(2 * arguments.workers)]
    base = prepared.parents[prepared.recipe.template]
    sizes = [math.prod(spec.shape) for spec in base.tensors.specs.values()]
    dtype = getattr(torch, prepared.recipe.dtype or "float32")
    live = sum(sizes) * dtype.itemsize / 2**20
    workers = RayWorkers(arguments.workers, torch.device("cpu"))
    with workers.for_parents(prepared.parents, prepared.tokenizer) as crew:
        jobs = [Job(key, recipe, requests) for key, recipe in enumerate(recipes)]
        states = [answer.state.value for answer in answers(crew, jobs)]
        actors = [
            process
            for process in psutil.process_iter(["cmdline"])
            if ACTOR in " ".join(process.info["cmdline"] or ())
        ]
        used = sorted(map(proportional_mb, actors), reverse=True)
    print(f"live model ({dtype}): {live:.0f} MB; trials: {', '.join(states)}")
    print("| worker | proportional set size, MB | of its live model |\n| --- | --- | --- |")
    for number, megabytes in enumerate(used, 1):
        print(f"| {number} | {megabytes:.0f} | {megabytes / live:.2f} |")


if __name__ == "__main__":
    main()
