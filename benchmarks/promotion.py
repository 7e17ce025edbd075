"""How often promotion is right, over simulated runs whose truth is known.

    python benchmarks/promotion.py --runs 1000

Each run: 500 candidates are scored on 200 search items, the best 4 and the search's mean on 200
validation items, and the best of these is compared with four parents on 200 sealed items, by the
functions that a real run uses. Models are right on half of the items, or as a world says. A
candidate answers an item like the parent that it is near to, or draws an answer of its own: "alike"
is the share of items on which it does the former, and (1 - alike) / 2 that on which they disagree.
Prints a table of each rule's promotions, and one of non-inferiority.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evomerge.ledger import ItemScore
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.statistics import Comparison, compare, holm, non_inferior

BUDGET, ELITES, ITEMS, ALPHA, TASK = 500, 4, 200, 0.05, "task"
Answers = NDArray[np.bool_]


@dataclass(frozen=True)
class World:
    """What is true. Candidates are near to the last parent."""

    name: str
    candidate: float
    parents: Sequence[float]
    alike: float
    kin: float = 0.6
    """How alike the parents are to the base that they were tuned from."""

    @property
    def better(self) -> bool:
        """Whether a promotion is right."""
        return self.candidate > max(self.parents)


WORLDS = [
    World("all equal", 0.5, [0.5] * 4, 0.6),
    World("all equal, independent", 0.5, [0.5] * 4, 0.0, 0.0),
    World("one parent as good, three 20 points worse", 0.5, [0.3, 0.3, 0.3, 0.5], 0.6),
    World("one parent as good, three 5 points worse", 0.5, [0.5, 0.45, 0.45, 0.45], 0.9),
    World("one parent as good, the near one 5 points worse", 0.5, [0.5, 0.3, 0.3, 0.45], 0.9),
    World("10 points better than the best parent", 0.6, [0.3, 0.3, 0.3, 0.5], 0.6),
    World(
        "10 points better than the best parent, independent", 0.6, [0.3, 0.3, 0.3, 0.5], 0.0, 0.0
    ),
    World("10 points better than one, 15 than another", 0.6, [0.3, 0.3, 0.45, 0.5], 0.6),
    World("10 points better than two equal parents", 0.6, [0.3, 0.3, 0.5, 0.5], 0.6),
    World("10 points better than four equal parents", 0.6, [0.5] * 4, 0.6),
]


def near(
    source: Answers, at: float, to: float, alike: float, models: int, seed: int | list[int]
) -> Answers:
    """Answers of models right on a share `to` of the items, near to one that is on `at`."""
    generator = np.random.default_rng(seed)
    own = (to - alike * at) / (1 - alike)
    copied = generator.random((models, len(source))) < alike
    return np.where(copied, source, generator.random((models, len(source))) < own)


def scored(answers: Answers) -> list[ItemScore]:
    """As the ledger holds them."""
    return [ItemScore(TASK, str(i), float(right)) for i, right in enumerate(answers)]


@dataclass(frozen=True)
class Outcome:
    """One run's comparisons with the parents, on the sealed items."""

    comparisons: Sequence[Comparison]
    validation: Sequence[float]
    """The parents' scores on the validation items."""

    def better(self, parents: Sequence[int], p_values: Sequence[float] | None = None) -> bool:
        """Whether the winner is better than each of these parents."""
        p_values = p_values or [comparison.p_value for comparison in self.comparisons]
        return all(self.comparisons[i].difference > 0 and p_values[i] < ALPHA for i in parents)

    @property
    def corrected(self) -> list[float]:
        """p-values by Holm."""
        return list(holm({str(i): c.p_value for i, c in enumerate(self.comparisons)}).values())


EVERY = range(4)
RULES: dict[str, Callable[[Outcome], bool]] = {
    "best on sealed items": lambda o: o.better(
        [min(EVERY, key=lambda i: o.comparisons[i].difference)]
    ),
    "best on validation": lambda o: o.better([int(np.argmax(o.validation))]),
    "every parent": lambda o: o.better(EVERY),
    "every parent, Holm": lambda o: o.better(EVERY, o.corrected),
}


def run(world: World, seed: int) -> Outcome:
    """Search, choose and compare, in a world."""
    seeds = iter(np.random.SeedSequence(seed).generate_state(64).tolist())
    base = np.random.default_rng(next(seeds)).random((3, ITEMS)) < 0.5
    parents = [
        np.concatenate([near(split, 0.5, p, world.kin, 1, next(seeds)) for p in world.parents])
        for split in base
    ]

    def candidates(split: int, models: int) -> Answers:
        source, rate = parents[split][-1], world.parents[-1]
        return near(source, rate, world.candidate, world.alike, models, next(seeds))

    # Candidates are equally good, so that who is chosen changes the luck and not the truth.
    elites = np.argsort(-candidates(0, BUDGET).mean(axis=1))[:ELITES]
    finalists = candidates(1, BUDGET + 1)[[*elites, BUDGET]]
    winner = [*elites, BUDGET][int(np.argmax(finalists.mean(axis=1)))]
    ours = scored(candidates(2, BUDGET + 1)[winner])
    aggregate = Aggregate({TASK: 1.0})
    comparisons = [compare(ours, scored(theirs), aggregate, seed) for theirs in parents[2]]
    return Outcome(comparisons, parents[1].mean(axis=1).tolist())


def share(hits: int, runs: int) -> str:
    """A share with Wilson's 95 % interval."""
    z, p = 1.96, hits / runs
    middle = (p + z**2 / (2 * runs)) / (1 + z**2 / runs)
    half = z * math.sqrt(p * (1 - p) / runs + z**2 / (4 * runs**2)) / (1 + z**2 / runs)
    return f"{p:.1%} ({max(0, middle - half):.1%} to {min(1, middle + half):.1%})"


def shown(items: int, loss: float, margin: float, runs: int) -> int:
    """How often a model that truly loses so much is shown to keep a margin."""
    hits = 0
    for seed in range(runs):
        theirs = np.random.default_rng([seed, 1]).random(items) < 0.5
        ours = near(theirs, 0.5, 0.5 - loss, 0.6, 1, [seed, 2])[0]
        hits += non_inferior(scored(ours), scored(theirs), TASK, margin, ALPHA, seed).shown
    return hits


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    runs = parser.parse_args().runs
    print("| promotions when the winner is | alike | should be |", " | ".join(RULES), "|")
    print("| --- | --- | --- |" + " --- |" * len(RULES))
    for world in WORLDS:
        outcomes = [run(world, seed) for seed in range(runs)]
        cells = [share(sum(map(rule, outcomes)), runs) for rule in RULES.values()]
        wanted = "80 % or more" if world.better else "5 % or fewer"
        print(f"| {world.name} | {world.alike} | {wanted} |", " | ".join(cells), "|", flush=True)
    print("\n| items | true loss | margin | shown to keep it |\n| --- | --- | --- | --- |")
    for items in (3, 50, ITEMS):
        for loss in (0.15, 0.05, 0.0):
            print(f"| {items} | {loss} | 0.05 | {share(shown(items, loss, 0.05, runs), runs)} |")


if __name__ == "__main__":
    main()
