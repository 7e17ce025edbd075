"""How busy many workers are, and whether their number changes the winner.

    python -m benchmarks.busy --workers 8 64 --trials 2000

The workers are simulated, and so is their time: a job takes as long as a log-normal distribution
says (sigma 1: one in six takes 2.7 times the median or more), whatever it asks. What the driver
takes is real, and counts as time in which all of the workers that are free wait. A run scores three
parents, searches with a population of 20, and scores finalists and parents on validation items. The
table has the share of time in which workers were busy: in the search, until its last job began
(then nobody has more to do, and the longest are waited for), and in the whole run; how long that
took, and how many jobs were done ahead and never asked for. Idle workers do nothing (`waits`) or
what will probably be asked for (`ahead`). Then it says whether 1, 2 and 4 workers find the same
winner.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import math
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from benchmarks.driver import Simulated, answer, prepared
from evomerge.ledger import Ledger, Split
from evomerge.recipe import parse_recipe
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.foreseen import Foreseen
from evomerge.run.evaluation.offspring import Offspring
from evomerge.workers.fake import FakeWorkers
from evomerge.workers.protocol import Answer, Job

MEDIAN_S, SIGMA = 20.0, 1.0
PARENT = "{{merge_method: linear, models: [{{model: {name}, parameters: {{weight: 1.0}}}}]}}"
PARENTS = 3
WAYS = (
    ("sync", "cma-es", True),
    ("sync", "cma-es", False),
    ("async", "cma-es", False),
    ("async", "random", False),
)
"""Schedule, algorithm, and whether generations are raced."""


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
    """Each job ends at its time, as drawn from what it asks of whom."""

    def __init__(self, capacity: int, seed: int) -> None:
        super().__init__(answer, capacity)
        self.clock, self._seed = Clock(), seed
        self._ends: list[tuple[float, int, Job]] = []
        self.spans: list[tuple[float, float]] = []
        """From when to when each job was done."""

    def submit(self, job: Job) -> None:
        """Begin a job now."""
        chance = random.Random(f"{self._seed} {job.digest} {job.chosen}")
        seconds = MEDIAN_S * math.exp(chance.gauss(0.0, SIGMA))
        began = self.clock.tick()
        self.spans.append((began, began + seconds))
        heapq.heappush(self._ends, (began + seconds, len(self.spans), job))

    def collect(self, checkpoint: object) -> Answer:
        """Wait for the next one that ends."""
        self.clock.tick()
        end, _, job = heapq.heappop(self._ends)
        self.clock.jump(end)
        found = answer(job)
        self.clock.since = time.perf_counter()  # what the simulated worker took is none of it
        return found

    @property
    def last(self) -> float:
        """When the last job began."""
        return max(began for began, _ in self.spans)

    def busy(self, since: float, end: float) -> float:
        """The share of the time between in which they did something."""
        done = (min(ended, end) - max(began, since) for began, ended in self.spans)
        return sum(max(0.0, seconds) for seconds in done) / (self.rules.capacity * (end - since))


@dataclass(frozen=True)
class Found:
    """What came of one run."""

    winner: str
    search: float
    """Share of time in which workers were busy in the search, until its last job began."""
    busy: float
    """In the whole run."""
    hours: float
    vain: int
    """Jobs that were done ahead and never asked for."""


def simulated(schedule: str, trials: int, race: bool, name: str) -> Simulated:
    """A recipe without models."""
    plain = prepared(trials, race)
    text = plain.recipe.plain()
    text["evolve"]["schedule"] = schedule
    text["evolve"]["search"] = {"algorithm": name, "population": 20}
    return Simulated(parse_recipe(yaml.safe_dump(text)), {}, plain.content, None, plain.benchmark)


def run(ready: Simulated, workers: int, seed: int, *, ahead: bool) -> Found:
    """One run over simulated workers."""
    timed, spent = Timed(workers, seed), Spent()
    names = itertools.islice(ready.content, PARENTS)
    parents = [Offspring(parse_recipe(PARENT.format(name=name)), name) for name in names]
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder), create=True) as ledger:
        evaluations = Evaluations(ledger, ready.benchmark, lambda: None)
        evaluations.foresees = ahead
        cycle = Cycle(0, ready, evaluations, ledger, spent)

        def later() -> Iterator[Foreseen]:
            for each in parents:
                yield Foreseen(each, Split.VALIDATION, leaves=cycle.breadth)
            yield from cycle.foreseen()

        timed.clock = Clock()
        with evaluations.driven(timed, later):
            evaluations.score(parents, Split.SEARCH, timed)
            began = timed.clock.tick()
            cycle.run(timed, Allowance(ready.evolve.budget, 1.0, lambda: 0.0))
            search = timed.busy(began, timed.last)
            evaluations.score(parents, Split.VALIDATION, timed)
            evaluations.score(cycle.finalists, Split.SEARCH, timed)
            evaluations.score(cycle.finalists, Split.VALIDATION, timed)
        end = timed.clock.tick()
        vain = len(timed.spans) - len(ledger.parts())
    return Found(cycle.elites[0].digest, search, timed.busy(0.0, end), end / 3600, vain)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[8, 64])
    parser.add_argument("--trials", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    print(
        "| workers | schedule | algorithm | races | idle workers | busy in the search | "
        "in the whole run | hours | in vain |\n" + "| --- " * 9 + "|"
    )
    for workers, (schedule, algorithm, race) in itertools.product(arguments.workers, WAYS):
        ready = simulated(schedule, arguments.trials, race, algorithm)
        for ahead in (False, True):
            found = [run(ready, workers, seed, ahead=ahead) for seed in range(arguments.seeds)]
            search, whole, hours, vain = (
                statistics.median(getattr(one, what) for one in found)
                for what in ("search", "busy", "hours", "vain")
            )
            print(
                f"| {workers} | {schedule} | {algorithm} | {'yes' if race else 'no'} | "
                f"{'ahead' if ahead else 'waits'} | {search:.1%} | {whole:.1%} | {hours:.2f} | "
                f"{vain:.0f} |",
                flush=True,
            )
    print()
    for race in (False, True):
        ready = simulated("sync", 200, race, "cma-es")
        winners = {run(ready, n, seed, ahead=True).winner for n, seed in ((1, 0), (2, 1), (4, 2))}
        same = "the same" if len(winners) == 1 else f"DIFFERENT: {winners}"
        print(f"1, 2 and 4 workers, {'races' if race else 'no races'}: {same} winner")


if __name__ == "__main__":
    main()
