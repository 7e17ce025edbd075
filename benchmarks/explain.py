"""Whether an explanation is right, and what it takes.

    python benchmarks/explain.py

First fitnesses that are planted, so that what each parent is worth is known: additive, and one in
which parents stand in for each other. Each run draws its items anew; told is how often the truth
lies within one and within two of the errors that were given, and how often a parent that is worth
nothing is called dead. Then a real winner: the quickstart's parents,
of which one is dead, since its task is not asked.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from evomerge import evolve, explain
from evomerge.ledger import Ledger
from evomerge.recipe import load_recipe, recipe_from
from evomerge.run.explaining.contributions import left_out, with_shapley
from evomerge.run.explaining.explanation import Contribution, Effect
from tests.run.explaining.planted import Planted, Value

RECIPE = Path(__file__).parents[1] / "recipes" / "quickstart.yaml"
ASKED = ("zoo_arithmetic", "zoo_reverse", "zoo_largest")
"""Tasks of the quickstart: nothing is asked in French, so the French parent is worth nothing."""
WORTH = {"A": 0.3, "B": 0.15, "C": 0.08, "D": 0.03, "E": -0.05, "F": 0.0}
SEARCHED = 60
"""Evaluations of the search."""
NOISE = 0.3
"""Standard deviation over items of what a parent adds."""


def additive(weights: dict[str, float]) -> float:
    """Each parent adds what it is worth."""
    return sum(WORTH[name] * weight for name, weight in weights.items())


def redundant(weights: dict[str, float]) -> float:
    """A and B stand in for each other, and C needs them both."""
    first, second = weights.get("A", 0.0), weights.get("B", 0.0)
    return 0.3 * max(first, second) + 0.12 * min(first, second, weights.get("C", 0.0))


TRUTH = {
    "additive": (additive, WORTH),
    "redundant": (redundant, {"A": 0.19, "B": 0.19, "C": 0.04, "D": 0.0, "E": 0.0, "F": 0.0}),
}


def explained(value: Value, budget: int, seed: int) -> list[Contribution]:
    """One run with items of its own."""
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder), create=True) as ledger:
        planted = Planted(ledger, "ABCDEF", value, budget=budget, noise=NOISE, seed=seed)
        game = planted.ablation.parents_game()
        (known,) = left_out([game], planted.measured)
        return with_shapley(game, known, planted.measured, budget, seed)


def within(effects: Sequence[tuple[Effect, float]], errors: float) -> float:
    """How often the truth lies within so many errors."""
    return sum(abs(e.value - truth) <= errors * e.error for e, truth in effects) / len(effects)


def measure_planted(name: str, budget: int, runs: int) -> None:
    """Print how well a planted fitness is found."""
    value, truth = TRUTH[name]
    found = [one for seed in range(runs) for one in explained(value, budget, seed)]
    effects = [(one.shapley, truth[one.name]) for one in found if one.shapley is not None]
    off = math.sqrt(sum((e.value - t) ** 2 for e, t in effects) / len(effects))
    named = [one for one in found if not truth[one.name]]
    dead = sum(one.is_dead for one in named) / len(named)
    wrong = sum(one.is_dead for one in found if abs(truth[one.name]) >= 0.08)
    print(
        f"{name}, {budget} evaluations, {runs} runs: off by {off:.4f}; within 1 error "
        f"{within(effects, 1):.0%}, within 2 {within(effects, 2):.0%}; dead named {dead:.0%}, "
        f"parents worth 0.08 or more called dead {wrong}"
    )


def measure_winner(evaluations: int) -> None:
    """Print what explaining a real winner takes and says."""
    plain = load_recipe(RECIPE).plain()
    fitness = [term for term in plain["evolve"]["fitness"] if term["task"] in ASKED]
    plain["evolve"] |= {"fitness": fitness, "budget": {"evaluations": SEARCHED}}
    with tempfile.TemporaryDirectory() as folder:
        run = evolve(recipe_from(plain), Path(folder) / "run", registry="none")
        for _ in range(2):
            before = time.perf_counter()
            explanation = explain(run.folder, evaluations=evaluations)
            print(f"{explanation.evaluations} evaluations: {time.perf_counter() - before:.1f} s")
    for one in explanation.contributions:
        effects = (one.left_out, one.shapley)
        figures = ("" if e is None else f"{e.value:+.3f} ± {e.error:.3f}" for e in effects)
        print(f"  {one.kind} {one.name}: {', '.join(figures)} {one.note}")
    print(f"  dead: {explanation.dead}; smallest: {explanation.smaller}")


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--evaluations", type=int, default=100)
    arguments = parser.parse_args()
    for name in TRUTH:
        for budget in (64, 26):
            measure_planted(name, budget, arguments.runs)
    measure_winner(arguments.evaluations)


if __name__ == "__main__":
    main()
