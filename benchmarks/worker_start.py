"""How long Ray's workers take to start, and what that costs.

    python -m benchmarks.worker_start --workers 2

Ray is started here, and workers that read the zoo's parents: seconds, and CPU seconds of all
processes, until Ray is there, until every worker can do a job, and until each has done one.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import time
from collections.abc import Callable

import psutil
import torch

from evomerge.engine.request import Generation
from evomerge.ledger import State
from evomerge.recipe import parse_recipe
from evomerge.weights import open_parent
from evomerge.weights.vocabularies.tokenizer import load_tokenizer
from evomerge.workers.driver import answers
from evomerge.workers.protocol import Job
from evomerge.workers.ray import RayWorkers
from evomerge.zoo import zoo_folder

MARK = f"EVOMERGE_MEASURED_{os.getpid()}"
"""In the environment of all that is started here."""
NAMES = ("zoo:base", "zoo:arithmetic", "zoo:largest")
RECIPE = "merge_method: linear\nmodels: [{model: zoo:base}, {model: zoo:arithmetic}]"
REQUESTS = [(Generation((3, 20, 261, 282), ("\n",), 5),)] * 4


def cpu_s() -> float:
    """CPU seconds of all that was started here and still runs, and of what they have waited for."""
    total = 0.0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if MARK in process.environ():
                total += sum(process.cpu_times()[:4])
    return total


def started(count: int) -> tuple[float, ...]:
    """Start workers once: seconds and CPU seconds of Ray, and of all."""
    parents = {name: open_parent(name) for name in NAMES}
    tokenizer = load_tokenizer(zoo_folder(NAMES[0]))
    for parent in parents.values():
        assert parent.content_hash
    workers, began = RayWorkers(count, torch.device("cpu")), time.monotonic()
    workers.start()
    workers.connect()
    ray = time.monotonic() - began, cpu_s()
    try:
        with workers.for_parents(parents, tokenizer) as crew:
            until(crew, lambda: crew.present.count == count)
            ready = time.monotonic() - began, cpu_s()
            jobs = [Job(key, parse_recipe(RECIPE), REQUESTS) for key in range(count)]
            assert all(one.state is State.SCORED for one in answers(crew, jobs))
            return *ray, *ready, time.monotonic() - began, cpu_s()
    finally:
        workers.stop()


def until(crew: RayWorkers, condition: Callable[[], bool]) -> None:
    """Listen until something is so."""
    while not condition():
        crew.collect(lambda: None)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    os.environ[MARK] = "1"
    found = [started(asked.workers) for _ in range(asked.repeats)]
    medians = [*map(statistics.median, zip(*found, strict=True))]
    print("| until | seconds | CPU seconds |\n| --- | --- | --- |")
    for number, what in enumerate(("Ray is there", "all can do a job", "all have done one")):
        print(f"| {what} | {medians[2 * number]:.1f} | {medians[2 * number + 1]:.1f} |")


if __name__ == "__main__":
    main()
