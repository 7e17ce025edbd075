"""The records of a run, made up: it is stopped, finished, extended and tested again."""

from __future__ import annotations

from dataclasses import replace

from evomerge.ledger import (
    RANDOM_SEARCH,
    UNIFORM,
    BaselinesNamed,
    BudgetRaised,
    Cautioned,
    Cost,
    CycleEnded,
    FinalistTested,
    Finished,
    Flag,
    Front,
    ItemsOpened,
    Looks,
    Named,
    Part,
    Place,
    RankedFinalist,
    Record,
    RunBegan,
    RunStopped,
    SessionBegan,
    State,
    Trial,
    WinnerChosen,
)
from evomerge.report.verdict import (
    Against,
    FinalistChoice,
    FloorTest,
    Opening,
    SealedScores,
    Verdict,
)
from evomerge.report.verdict_json import verdict_to_json
from evomerge.score.proof.comparison import Comparison, NonInferiority
from tests.run.fakes import A, B

LEVEL = 0.03
RECIPE = {
    "merge_method": "linear",
    "models": [
        {"model": "A", "parameters": {"weight": {"gene": {"low": 0, "high": 1}}}},
        {"model": "B", "parameters": {"weight": 1.0}},
    ],
    "evolve": {
        "seed": 3,
        "fitness": [{"task": "t", "metric": "acc"}],
        "budget": {"evaluations": 3},
    },
}


def made(weight):
    """A candidate's recipe."""
    first, second = RECIPE["models"]
    models = [{**first, "parameters": {"weight": weight}}, second]
    return {"merge_method": "linear", "models": models}


def comparison(difference, p_value=0.001, units=10):
    interval = (difference - 0.125, difference + 0.125)
    return Comparison(difference, interval, LEVEL, p_value, 12, units, 0.0625)


FLAG = Flag("t", "cut", 0.5, 0.25, "t: half of the answers are cut")
FINALISTS = (RankedFinalist("x", 0.75, 0.625, flags=(FLAG,)), RankedFinalist("z", 0.625, 0.5))
CHOICE = FinalistChoice(0.125, 0.0625, 0.03125, FINALISTS)
FRONT = FinalistChoice(
    0.125,
    0.0625,
    0.03125,
    tuple(
        replace(one, goals=goals)
        for one, goals in zip(FINALISTS, ((0.5, 0.75), (1.0, 0.0)), strict=True)
    ),
    Front(("sums", "words"), ("x", "z"), "z", 0.375, (0.25, 0.0), "knee"),
)
"""A choice where the search was for two goals."""
VERDICT = Verdict(
    Opening(2, LEVEL, Looks(1, 4, ("runs/before", "zoo:a")), None),
    {
        "winner": SealedScores(0.75, {"t": 0.75}),
        "A": SealedScores(0.5, {"t": 0.5}),
        "B": SealedScores(0.25, {"t": 0.25}),
        "uniform": SealedScores(0.375, {"t": 0.375}),
    },
    {
        "A": Against(
            comparison(0.25), 0.002, {"t": comparison(0.25)}, {"t": 0.001}, comparison(0.2)
        ),
        "B": Against(comparison(0.5), 0.002, {"t": comparison(0.5)}, {"t": 0.001}),
        "uniform": Against(comparison(0.375), 0.002, {"t": comparison(0.375)}, {"t": 0.001}),
    },
    0.001,
    "A",
    {"t": FloorTest("A", NonInferiority(0.25, 0.125, 0.1, True, 12))},
    (FLAG,),
    choice=CHOICE,
)


def trial(digest, split, fitness, place=None, state=State.SCORED, **more):
    return Trial(digest, split, made(0.25), state, fitness=fitness, place=place, **more)


def part(digest, split="search", tokens=10):
    return Part(digest, split, State.SCORED, cost=Cost(0.5, 1.0, 0.25, tokens))


SEARCHED = [
    RunBegan({"recipe": RECIPE}),
    SessionBegan({"evaluations": 3}, {"search": 8, "validation": 4, "test": 12}),
    BaselinesNamed((Named(A, "a"), Named(B, "b"), Named(UNIFORM, "u"))),
    Cautioned(("t: few items",)),
    *(part(digest) for digest in "abu"),
    *(trial(d, "search", f, items=8) for d, f in (("a", 0.5), ("b", 0.25), ("u", 0.375))),
    part("x"),
    trial("x", "search", 0.75, Place(0, 0, 0), items=8),
    part("y"),
    trial("y", "search", None, Place(0, 0, 1), State.FAILED),
    RunStopped("terminated"),
    SessionBegan({"evaluations": 3}, {"search": 8, "validation": 4, "test": 12}),
    part("z"),
    trial("z", "search", 0.9, Place(0, 1, 2), State.PRUNED, items=4),
    trial("z", "search", 0.625, Place(0, 1, 2), items=8),
    CycleEnded(0, 2, 1, None, {"evaluations": 3}, {"evaluations": 3}),
]
"""Until the search has ended."""

PROVED = [
    part("x", "validation"),
    *(trial(d, "validation", f, items=4) for d, f in (("x", 0.625), ("z", 0.5), ("a", 0.5))),
    part("r"),
    trial("r", "search", 0.5, Place(-1, 0, 0), items=8),
    WinnerChosen("x", (Named(RANDOM_SEARCH, "r"),), 0.125, 0.0625, 0.03125, FINALISTS),
    ItemsOpened("x", 2),
    part("x", "test"),
    trial("x", "test", 0.75, items=12),
]
"""Until the winner's verdict."""

ENDED = [
    Finished("5eed", verdict_to_json(VERDICT)),
    SessionBegan({"evaluations": 3}, finalist=1),
    ItemsOpened("z", 3),
    FinalistTested("0dd", verdict_to_json(VERDICT)),
    SessionBegan({"evaluations": 3}),
    BudgetRaised({"evaluations": 5, "minutes": None, "tokens": None}, 7.0),
    part("w"),
    trial("w", "search", 0.5, Place(0, 2, 3), items=8),
]
"""Until its search goes on, with a larger budget."""

HISTORY = [*SEARCHED, *PROVED, *ENDED]


def records(facts):
    """Facts as records, one a second."""
    return [Record(n, 0.0, float(n), what) for n, what in enumerate(facts, start=1)]
