"""Racing against full evaluation, on simulated candidates and items, or on a recorded run.

    python benchmarks/racing.py --seeds 1000 1100
    python benchmarks/racing.py --ledger runs/quickstart/ledger.sqlite

CMA-ES searches a smooth landscape of 12 genes, in which each specialist helps its own task up to a
point and disturbs the others. An item is answered by the two-parameter logistic (Bradley-Terry)
model of a candidate's ability and the item's difficulty and discrimination. What that model leaves
to chance is a smooth random function of the genome here, so that candidates that are alike answer
alike, and always the same. Both arms propose equally many candidates, with the same seeds; the
winner is the best on validation items of four elites and the search's mean. Regret is its true
score, on 5,000 fresh items a task, below that of the full evaluation's winner.

With a ledger, every generation of a recorded run is raced on its own scores; the path of the search
stays that of the record.
"""

from __future__ import annotations

import argparse
import math
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from evomerge.search import Outcome
from evomerge.search.algorithms.cma_es import CmaEs, CmaEsSettings
from evomerge.search.order import merit, ranks
from evomerge.search.outcome import ItemKey
from evomerge.search.races.race import Race, final_sizes, race_sizes
from evomerge.search.races.resolution import Resolution
from evomerge.search.races.sample import Floats
from evomerge.search.races.sampling import Items

GENES, FEATURES, FRESH, ELITES, FINALISTS = 12, 96, 5000, 4, 6
Genome = tuple[float, ...]


class Uninformed(Items):
    """Asks every item equally often."""

    def moments(self) -> tuple[Floats, Floats]:
        """Expected scores, and no differences between the spreads."""
        expected, _ = super().moments()
        return expected, np.ones(len(self))


class Unexpecting(Items):
    """Expects nothing of an item: no difference estimator, and no order by difficulty."""

    def moments(self) -> tuple[Floats, Floats]:
        """No expected scores, and the spreads."""
        _, spread = super().moments()
        return np.zeros(len(self)), spread


@dataclass(frozen=True)
class World:
    """What is simulated; items are counted per task."""

    name: str
    tasks: int
    search: int
    validation: int
    population: int
    hardness: float = 0.0
    steep: float = 30.0
    kind: str = "answers"
    generations: int = 12


WORLDS = (
    World("4 tasks of 200 items", 4, 200, 100, 12),
    World("2 tasks of 100 items", 2, 100, 100, 10, hardness=1.0, steep=15.0),
    World("1 task of 400 items", 1, 400, 200, 12, hardness=1.0, steep=40.0),
    World("log-likelihoods, 2 of 200", 2, 200, 100, 12, kind="likelihoods"),
    World("null items, 2 of 200", 2, 200, 100, 12, kind="null"),
)

LONG = (
    World("2 tasks of 100, 60 generations", 2, 100, 100, 10, 1.0, 15.0, generations=60),
    World("null items, 60 generations", 2, 200, 100, 12, kind="null", generations=60),
)


class Population:
    """Items like those that a world has, and what genomes score on them."""

    def __init__(self, world: World, seed: int, count: int) -> None:
        generator = np.random.default_rng([seed, count])
        self.kind, shape = world.kind, (world.tasks, count)
        self.difficulty = world.hardness + generator.normal(0, 1.5, shape)
        self.discrimination = np.exp(generator.normal(0.3, 0.4, shape))
        # Random features of a smooth Gaussian process over genomes (Rahimi & Recht 2007).
        self.frequency = generator.normal(0, 1 / 0.6, (FEATURES, GENES))
        self.phase = generator.uniform(0, 2 * math.pi, FEATURES)
        self.loading = generator.normal(0, math.sqrt(2 / FEATURES), (*shape, FEATURES))

    def scores(self, genome: Genome, abilities: Floats) -> Floats:
        """Shape (tasks * items,)."""
        chance = self.loading @ np.cos(self.frequency @ np.array(genome) + self.phase)
        # 1.702 takes a normal variable to about a logistic one.
        logit = self.discrimination * (abilities[:, None] - self.difficulty) + 1.702 * chance
        answers = -np.logaddexp(0.0, -logit) if self.kind == "likelihoods" else logit > 0
        return answers.astype(float).ravel()


class Landscape:
    """Abilities as a function of the genome."""

    def __init__(self, world: World, seed: int) -> None:
        generator = np.random.default_rng([seed, 1])
        self.world, tasks, each = world, world.tasks, GENES // world.tasks
        self.mix = np.zeros((tasks, GENES))
        for task in range(tasks):
            self.mix[task, task * each : (task + 1) * each] = generator.dirichlet(np.full(each, 2))
        self.best = generator.uniform(0.45, 0.9, tasks)
        self.disturbance = generator.uniform(0.2, 1.0, (tasks, tasks)) * (1 - np.eye(tasks))
        self.shape = generator.uniform(0.2, 0.8, GENES)

    def abilities(self, genome: Genome) -> Floats:
        """Shape (tasks,)."""
        if self.world.kind == "null":
            return np.zeros(self.world.tasks)
        x = np.array(genome)
        strength = self.mix @ x
        own = 3.0 - self.world.steep * (strength - self.best) ** 2
        result: Floats = own - self.disturbance @ strength - 4.0 * ((x - self.shape) ** 2).mean()
        return result


@dataclass
class Tally:
    """What a run found, and what it took."""

    winner: Genome = ()
    items: int = 0
    """Scored in search and final."""
    merges: int = 0
    """A candidate is merged anew for each block of items."""
    killed: list[bool] = field(default_factory=list)
    """Of each generation: whether its best by full evaluation was cut."""
    missed: list[bool] = field(default_factory=list)
    """Of each generation: whether its best came out below the best mu, cut or not."""
    exhausted: bool = False


class Run:
    """One search with one seed."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.seed = world, seed
        self.landscape = Landscape(world, seed)
        self.items = Population(world, seed, world.search)
        self.keys = keys(np.repeat(np.arange(world.tasks), world.search))
        self.generations = range(world.generations)

    def score(self, genome: Genome, population: Population | None = None) -> Floats:
        """On every item of a population, the search items by default."""
        return (population or self.items).scores(genome, self.landscape.abilities(genome))

    def search(self) -> CmaEs:
        """The search, in its first generation."""
        return CmaEs((0.5,) * GENES, CmaEsSettings(population=self.world.population), self.seed)

    def winner(self, finalists: Sequence[Genome]) -> Genome:
        """The best on validation items."""
        items = Population(self.world, self.seed, self.world.validation)
        return max(finalists, key=lambda g: float(self.score(g, items).mean()))

    def true(self, genome: Genome) -> float:
        """The score on fresh items."""
        return float(self.score(genome, Population(self.world, self.seed, FRESH)).mean())

    def full(self) -> Tally:
        """Every candidate is scored on every item."""
        search, known = self.search(), dict[Genome, float]()
        for _ in self.generations:
            for candidate in search.ask(search.population):
                known[candidate.genome] = float(self.score(candidate.genome).mean())
                search.tell(candidate, Outcome((known[candidate.genome],)))
        elites = sorted(known, key=lambda g: -known[g])[:ELITES]
        count = self.world.population * len(self.generations)
        return Tally(self.winner([*elites, search.mean()]), count * len(self.keys), count)

    def raced(self, kind: type[Items]) -> Tally:
        """Every generation is a race, and so is the choice of the elites."""
        search, driver = self.search(), Driver(self, kind)
        known: dict[Genome, Outcome] = {}
        for generation in self.generations:
            candidates = search.ask(search.population)
            genomes = [candidate.genome for candidate in candidates]
            outcomes = driver.generation(genomes, generation)
            for candidate, outcome in zip(candidates, outcomes, strict=True):
                search.tell(candidate, outcome)
            known |= dict(zip(genomes, outcomes, strict=True))
            if driver.resolution.exhausted:
                break
        driver.tally.exhausted = driver.resolution.exhausted
        finalists = sorted(known, key=lambda g: merit(known[g]), reverse=True)[:FINALISTS]
        elites = driver.final(finalists)
        driver.tally.winner = self.winner([*elites, search.mean()])
        return driver.tally


class Driver:
    """Drives races, and counts what they ask for."""

    def __init__(self, run: Run, kind: type[Items]) -> None:
        self.run, self.items = run, kind(shares(run.keys))
        self.resolution, self.tally = Resolution(len(run.keys)), Tally()
        self.scored: dict[Genome, set[ItemKey]] = {}

    def generation(self, genomes: Sequence[Genome], number: int) -> list[Outcome]:
        """What to tell the search."""
        table = np.array([self.run.score(g) for g in genomes])
        samples = self.items.sample(race_sizes(len(self.items)), (self.run.seed, number))
        race = Race(samples, len(genomes), len(genomes) // 2)
        outcomes = self.drive(race, genomes, table)
        judge(self.tally, race, outcomes, table.mean(axis=1))
        self.items.learn(race.scores)
        self.resolution.learn(race)
        return outcomes

    def final(self, genomes: Sequence[Genome]) -> list[Genome]:
        """The elites."""
        table = np.array([self.run.score(g) for g in genomes])
        samples = self.items.sample(final_sizes(len(self.items)), (self.run.seed, -1 % 2**32))
        outcomes = self.drive(Race(samples, len(genomes), ELITES), genomes, table)
        return [genomes[i] for i in np.argsort(ranks(outcomes), kind="stable")[:ELITES]]

    def drive(self, race: Race, genomes: Sequence[Genome], table: Floats) -> list[Outcome]:
        """Run a race on scores that are known here, and count those that it needs."""
        at = {key: i for i, key in enumerate(self.run.keys)}
        while not race.over:
            asks = race.asks()
            for candidate, asked in asks.items():
                before = self.scored.setdefault(genomes[candidate], set())
                self.tally.items += len(set(asked) - before)
                self.tally.merges += bool(set(asked) - before)
                before.update(asked)
            race.observe({c: {k: float(table[c, at[k]]) for k in a} for c, a in asks.items()})
        return outcomes_of(race)


def outcomes_of(race: Race) -> list[Outcome]:
    """What a race without failures shows of each candidate."""
    return [
        Outcome((estimate,), cut=candidate in race.cut)
        for candidate, estimate in enumerate(race.estimates)
        if estimate is not None
    ]


def keys(tasks: Sequence[object] | np.ndarray) -> list[ItemKey]:
    """An id for each item, given its task."""
    return [(str(task), f"{number:06d}") for number, task in enumerate(tasks)]


def shares(items: Sequence[ItemKey]) -> dict[ItemKey, float]:
    """Of equally weighted tasks."""
    tasks = [task for task, _ in items]
    return {item: 1.0 / tasks.count(item[0]) for item in items}


def judge(tally: Tally, race: Race, outcomes: Sequence[Outcome], full: Floats) -> None:
    """Note what became of the best by full evaluation (of several, of the luckiest)."""
    best = set(np.flatnonzero(full >= full.max() - 1e-12).tolist())
    chosen = np.argsort(ranks(outcomes), kind="stable")[: len(outcomes) // 2]
    tally.killed.append(not best & set(race.running))
    tally.missed.append(not best & set(chosen.tolist()))


HEADER = (
    "| world | items | fewer | regret, mean | regret, median | gain | best cut | best missed "
    "| merges | stopped |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def simulate(world: World, seeds: range, kind: type[Items] = Items) -> str:
    """A line of the table. Points are hundredths of a score."""
    runs = [Run(world, seed) for seed in seeds]
    regret, ratio, gain, raced = [], [], [], []
    for run in runs:
        full, race = run.full(), run.raced(kind)
        best = run.true(full.winner)
        regret.append(100 * (best - run.true(race.winner)))
        gain.append(100 * (best - run.true((0.5,) * GENES)))
        ratio.append(full.items / race.items)
        raced.append(race)
    error = np.std(regret) / math.sqrt(len(regret))
    merges = np.mean([r.merges / (world.population * len(r.killed)) for r in raced])
    return (
        f"| {world.name} | {len(runs[0].keys)} | {np.median(ratio):.1f}x "
        f"| {np.mean(regret):+.2f} ± {error:.2f} | {np.median(regret):+.2f} "
        f"| {np.mean(gain):+.1f} | {np.mean([k for r in raced for k in r.killed]):.1%} "
        f"| {np.mean([m for r in raced for m in r.missed]):.1%} | {merges:.2f} "
        f"| {np.mean([r.exhausted for r in raced]):.0%} |"
    )


def replay(ledger: Path, seeds: range) -> Iterator[str]:
    """Race the generations of a recorded run."""
    with sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT cycle * 100000 + generation, id, task, item, value FROM trials "
            "JOIN item_scores ON trial = id "
            "WHERE split = 'search' AND generation IS NOT NULL AND cycle = 0"
        ).fetchall()
    generations: dict[int, dict[int, dict[ItemKey, float]]] = {}
    for generation, trial, task, item, value in rows:
        generations.setdefault(generation, {}).setdefault(trial, {})[task, item] = value
    every = sorted({(task, item) for *_, task, item, _ in rows})
    share = shares(every)
    total = sum(share.values())
    tally, correlations = Tally(), []
    for seed in seeds:
        items = Items(share)
        for number, trials in sorted(generations.items()):
            known = [*trials.values()]
            race = Race(
                items.sample(race_sizes(len(every)), (seed, number)), len(known), len(known) // 2
            )
            while not race.over:
                asks = race.asks()
                tally.items += sum(map(len, asks.values()))
                race.observe({c: {k: known[c][k] for k in asked} for c, asked in asks.items()})
            outcomes = outcomes_of(race)
            full = np.array([sum(share[k] * v for k, v in s.items()) / total for s in known])
            judge(tally, race, outcomes, full)
            by_full = np.argsort(np.argsort(-full))
            correlations.append(np.corrcoef(by_full, ranks(outcomes))[0, 1])
            items.learn(race.scores)
    asked = len(seeds) * sum(map(len, generations.values())) * len(every)
    yield f"{ledger}: {len(every)} items, {asked / tally.items:.1f}x fewer without a final"
    yield f"best cut {np.mean(tally.killed):.1%}, best missed {np.mean(tally.missed):.1%}"
    yield f"rank correlation with full evaluation {np.mean(correlations):.2f}"


def main() -> None:
    """Simulate or replay, and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seeds", type=int, nargs=2, default=(1000, 1040), metavar=("FROM", "TO"))
    parser.add_argument("--ledger", type=Path)
    arguments = parser.parse_args()
    seeds = range(*arguments.seeds)
    if arguments.ledger:
        print("\n".join(replay(arguments.ledger, seeds)))
        return
    print(HEADER)
    for world in (*WORLDS, *LONG):
        print(simulate(world, seeds), flush=True)
    without: dict[str, type[Items]] = {
        "items asked equally often": Uninformed,
        "no expected scores": Unexpecting,
    }
    for name, kind in without.items():
        print(f"\n{name}:\n\n{HEADER}")
        for world in WORLDS[:2]:
            print(simulate(world, seeds, kind), flush=True)


if __name__ == "__main__":
    main()
