"""The records of a run with two goals' worth of everything: made up, and small."""

from __future__ import annotations

from evomerge.ledger import (
    UNIFORM,
    Asked,
    BaselinesNamed,
    Cost,
    ItemScore,
    Ledger,
    Named,
    Objective,
    Part,
    Place,
    RankedFinalist,
    RunBegan,
    State,
    Told,
    Trial,
    WinnerChosen,
    Worded,
)
from evomerge.recipe import Genome, recipe_from
from tests.run.fakes import A, B

RECIPE = {
    "merge_method": "task_arithmetic",
    "base_model": "B",
    "models": [
        {
            "model": "A",
            "parameters": {
                "weight": {"gene": {"low": 0.25, "high": 1.0, "scale": "log"}},
                "density": {"gene": {"choice": [1, 0.5]}},
            },
        }
    ],
    "evolve": {
        "fitness": [{"task": "t", "metric": "m"}, {"task": "u", "metric": "m"}],
        "search": {"population": 4},
        "budget": {"evaluations": 5},
    },
}
WEIGHT, DENSITY = "models.0.parameters.weight", "models.0.parameters.density"
ITEMS = [
    ("t", "s0", 0, "search", "h0"),
    ("t", "v0", 1, "validation", "h1"),
    ("t", "x0", 2, "test", "h2"),
]
COST = Cost(0.1, 0.2, 0.3, 40)
HERE, THERE, LAST, CHANCE = Place(0, 0, 0), Place(0, 0, 1), Place(0, 1, 2), Place(-1, 0, 0)


def genome(weight, density):
    """Coordinates; those of the density are its first choice below 0.5."""
    names = Genome(recipe_from(RECIPE)).names
    return tuple({WEIGHT: weight, DENSITY: density}[name] for name in names)


def part(digest, split, item, score, cost=COST, answer=None):
    key = ("t", item)
    answers = {} if answer is None else {key: [[answer, 1, True]]}
    return Part(
        digest, split, State.SCORED, scores=[ItemScore(*key, score)], cost=cost, answers=answers
    )


def trial(digest, place, fitness, items, state=State.SCORED, split="search", **more):
    return Trial(digest, split, {}, state, fitness=fitness, items=items, place=place, **more)


FACTS = [
    RunBegan({"recipe": RECIPE}, tuple(ITEMS)),
    BaselinesNamed((Named(A, "a"), Named(B, "b"), Named(UNIFORM, "u"))),
    part("a", "search", "s0", 0.25),
    Asked(0, HERE, genome(1.0, 0.25), "x", "sample"),
    Asked(1, THERE, genome(0.0, 0.75), "y", "mutation", (0,)),
    part("x", "search", "s0", 0.1 + 0.2),
    trial("x", HERE, 0.1 + 0.2, 1),
    Told(0, (Objective(0.1 + 0.2, 0.5),), 0.0, State.SCORED),
    Told(1, (), 0.0, State.FAILED, "=HYPERLINK(1)"),
    Asked(2, LAST, genome(0.5, 0.25), "x", "sample"),
    trial("x", HERE, 0.5, 2),
    trial("x", LAST, 0.5, 2, State.PRUNED),
    Told(2, (Objective(0.5),), 0.25, State.PRUNED),
    Asked(3, CHANCE, genome(0.5, 0.25), "r", "random"),
    trial("r", CHANCE, 0.75, 2),
    Told(3, (Objective(0.75),), 0.0, State.SCORED),
    Asked(4, Place(0, 2, 3), genome(0.5, 0.25), "z", "sample"),
    part("x", "validation", "v0", 1.0, answer="=cmd|' /C calc'!A0"),
    trial("x", None, 0.625, 1, split="validation"),
    WinnerChosen("x", (), finalists=(RankedFinalist("x", 0.5, 0.625),)),
]
"""Scored twice, failed, pruned, drawn by chance, under way."""


def written(folder, facts=FACTS):
    """A run folder with these records."""
    folder.mkdir(exist_ok=True)
    with Ledger(folder, create=True) as ledger:
        for what in facts:
            if isinstance(what, Part) and what.answers:
                ledger.record_part(what, [Worded("t", "v0", "+1 is\n\ud800?", "@2")])
            else:
                ledger.record(what)
    return folder
