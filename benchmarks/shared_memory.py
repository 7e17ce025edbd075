"""What a further worker on the same machine takes of its memory.

    python -m benchmarks.shared_memory recipes/smollm2.yaml --workers 2

Parents reach workers as mapped files, of which the system keeps one copy, and what adapters come to
is computed once, by the fork server that workers are forked from. Each worker scores a random
recipe of the genome on some items; then what it has for itself is read (private), and its
proportional set size (that, and its share of what several have; Linux's smaps_rollup), both of
Ray's process and of its child together, and set beside the size of its live model.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
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

MARK = f"EVOMERGE_MEASURED_{os.getpid()}"
ACTOR, SERVER = "ray::WorkerProcess", "evomerge.workers.forks.server"


def memory(process: psutil.Process) -> tuple[float, float]:
    """What a process has for itself, and its proportional set size, in MB."""
    lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()[1:]
    size = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines}
    return size["Private_Clean"] + size["Private_Dirty"], size["Pss"]


def mine(name: str) -> list[psutil.Process]:
    """Processes of a name that this one has started, by its mark in their environment."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        with contextlib.suppress(psutil.Error):
            if name in " ".join(process.info["cmdline"] or ()) and MARK in process.environ():
                found.append(process)
    return found


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
    shapes = [math.prod(spec.shape) for spec in base.tensors.specs.values()]
    dtype = getattr(torch, prepared.recipe.dtype or "float32")
    live = sum(shapes) * dtype.itemsize / 2**20
    os.environ[MARK] = "1"
    workers = RayWorkers(arguments.workers, torch.device("cpu"))
    with workers.for_parents(prepared.parents, prepared.tokenizer) as crew:
        jobs = [Job(key, recipe, requests) for key, recipe in enumerate(recipes)]
        states = [answer.state.value for answer in answers(crew, jobs)]
        forked = mine(SERVER)
        children = [one for one in forked if one.ppid() in {other.pid for other in forked}]
        (server,) = set(forked) - set(children)
        parts = {
            "fork server, one a machine": [memory(server)],
            "Ray's process of a worker": [*map(memory, mine(ACTOR))],
            "its child": [*map(memory, children)],
        }
    print(f"live model ({dtype}): {live:.0f} MB; trials: {', '.join(states)}")
    print("| process | private, MB | proportional, MB |\n| --- | --- | --- |")
    for name, sizes in parts.items():
        private, proportional = np.median(np.array(sizes), axis=0)
        print(f"| {name} | {private:.0f} | {proportional:.0f} |")
    private, proportional = sum(np.median(np.array(s), axis=0) for s in [*parts.values()][1:])
    print(
        f"a worker (both, median of {arguments.workers}): {private:.0f} MB of its own, "
        f"{private / live:.2f} of its live model; {proportional:.0f} MB proportional, "
        f"{proportional / live:.2f} of it"
    )


if __name__ == "__main__":
    main()
