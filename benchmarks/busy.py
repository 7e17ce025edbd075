"""How busy many workers are, and whether their number changes the winner.

    python benchmarks/busy.py --workers 64 --trials 2000

The workers are simulated, and so is their time: a trial takes as long as a log-normal distribution
says (sigma 1: one in six takes 2.7 times the median or more). What the driver takes is real, and
counts as time in which all of the workers that are free wait. The table has the share of time in
which they were busy, until the last trial began and until the last one ended: at the end nobody has
more to do, and the longest trials are waited for. Then it says whether 1, 2 and 4 workers find the
same winner.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from benchmarks.driver import Simulated, answer, prepared
from evomerge.ledger import Ledger
from evomerge.recipe import parse_recipe
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer, Job

MEDIAN_S, SIGMA = 20.0, 1.0


@dataclass
class Clock:
    """Simulated seconds, and real ones of the driver added to them."""

    now: float = 0.0
    since: float = field(default_factory=time.perf_counter)

    def tick(self) -> float:
        """What time it is, the driver's work until now included."""
        real = time.perf_counter()
        self.now += real - self.since
        self.since = real
        return self.now

    def jump(self, to: float) -> None:
        """Wait until then."""
        self.now = max(self.now, to)
        self.since = time.perf_counter()


class Timed(FakeWorkers):
    """Each job ends at its time, as drawn from its key."""

    def __init__(self, capacity: int, seed: int) -> None:
        super().__init__(answer, capacity)
        self.clock, self._random = Clock(), random.Random(seed)
        self._ends: list[tuple[float, int, Job]] = []
        self._spans: list[tuple[float, float]] = []

    def submit(self, job: Job) -> None:
        """Begin a job now."""
        seconds = MEDIAN_S * math.exp(self._random.gauss(0.0, SIGMA))
        began = self.clock.tick()
        self._spans.append((began, began + seconds))
        heapq.heappush(self._ends, (began + seconds, len(self._spans), job))

    def collect(self, checkpoint: object) -> Answer:
        """Wait for the next one that ends."""
        self.clock.tick()
        end, _, job = heapq.heappop(self._ends)
        self.clock.jump(end)
        found = answer(job)
        self.clock.since = time.perf_counter()  # what the simulated worker took is none of it
        return found

    def busy(self) -> tuple[float, float, float]:
        """Shares of time, until the last began and in all; and how long that was."""
        last, end = max(began for began, _ in self._spans), max(end for _, end in self._spans)
        until = sum(min(end, last) - began for began, end in self._spans)
        whole = sum(end - began for began, end in self._spans)
        count = self.rules.capacity
        return until / (count * last), whole / (count * end), end


def search(
    schedule: str, workers: int, trials: int, race: bool, seed: int, name: str
) -> tuple[Timed, str]:
    """One search over simulated workers, and its winner."""
    plain = prepared(trials, race)
    text = plain.recipe.plain()
    text["evolve"]["schedule"] = schedule
    text["evolve"]["search"] = {"algorithm": name, "population": 20}
    ready = Simulated(parse_recipe(yaml.safe_dump(text)), {}, plain.content, None, plain.benchmark)
    simulated, spent = Timed(workers, seed), Spent()
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder), create=True) as ledger:
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
        cycle = Cycle(0, ready, evaluations, ledger, spent)
        simulated.clock = Clock()
        cycle.run(simulated, Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
    return simulated, cycle.elites[0].digest


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[8, 64])
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    print("| workers | schedule | algorithm | busy until the last began | in all | hours |")
    print("| --- | --- | --- | --- | --- | --- |")
    for workers in arguments.workers:
        for schedule, algorithm in (("sync", "cma-es"), ("async", "cma-es"), ("async", "random")):
            found = [
                search(schedule, workers, arguments.trials, False, seed, algorithm)[0].busy()
                for seed in range(arguments.seeds)
            ]
            until, whole, seconds = (
                statistics.median(column) for column in zip(*found, strict=True)
            )
            print(
                f"| {workers} | {schedule} | {algorithm} | {until:.1%} | {whole:.1%} | "
                f"{seconds / 3600:.2f} |",
                flush=True,
            )
    print()
    for race in (False, True):
        found = {
            workers: search("sync", workers, 200, race, seed, "cma-es")[1]
            for workers, seed in ((1, 0), (2, 1), (4, 2))
        }
        same = "the same" if len(set(found.values())) == 1 else f"DIFFERENT: {found}"
        print(f"1, 2 and 4 workers, {'races' if race else 'no races'}: {same} winner")


if __name__ == "__main__":
    main()
