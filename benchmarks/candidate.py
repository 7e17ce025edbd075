"""What a candidate's time is spent on, and the share of it outside the models' forward passes.

    python benchmarks/candidate.py recipes/quickstart.yaml --runs 5
    python benchmarks/candidate.py recipes/smollm2.yaml --cores 1 --processor    # on a busy machine

Random recipes of the genome are scored on the whole search split by one worker in this process, as
a search has it done, and medians are printed. The first recipe, for which the worker gets ready,
is not counted. On a busy machine seconds of the wall are mostly others': with `--processor` those
of this process are counted in their place.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from evomerge import load_recipe
from evomerge.device import choose_device
from evomerge.ledger import Cost, Split, State
from evomerge.recipe import Genome
from evomerge.run.preparation.preflight import prepare
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Job


def measure(
    recipe: Path, runs: int, device: str | None, seed: int, cores: int | None
) -> list[Cost]:
    """What each of the recipes took."""
    prepared = prepare(load_recipe(recipe))
    genome, rng = Genome(prepared.recipe), np.random.default_rng(seed)
    requests = [item.requests for item in prepared.benchmark.items(Split.SEARCH)]
    costs = []
    where = choose_device(device)
    with LocalWorkers(where, cores=cores).for_parents(
        prepared.parents, prepared.tokenizer
    ) as worker:
        for number in range(runs + 1):
            worker.submit(Job(number, genome.decode(rng.random(len(genome))), requests))
            answer = worker.collect(lambda: None)
            if answer.state is not State.SCORED:
                raise SystemExit(f"recipe {number} was not scored: {answer.reason}")
            costs.append(answer.cost)
    return costs[1:]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--device")
    parser.add_argument("--cores", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processor", action="store_true", help="seconds of the processor")
    arguments = parser.parse_args()
    if arguments.processor:
        time.perf_counter = time.process_time
    costs = measure(
        arguments.recipe, arguments.runs, arguments.device, arguments.seed, arguments.cores
    )
    print("| milliseconds | spent on |\n| --- | --- |")
    for name in ("merge_s", "forward_s", "other_s"):
        middle = statistics.median(getattr(cost, name) for cost in costs)
        print(f"| {1000 * middle:.1f} | {name.removesuffix('_s')} |")
    whole = [cost.merge_s + cost.forward_s + cost.other_s for cost in costs]
    shares = [1 - cost.forward_s / total for cost, total in zip(costs, whole, strict=True)]
    print(f"| {1000 * statistics.median(whole):.1f} | whole candidate |")
    print(f"\noutside forward passes: {statistics.median(shares):.1%}; {costs[0].tokens} tokens")


if __name__ == "__main__":
    main()
