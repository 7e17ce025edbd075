"""Runs that are compared: ledgers made up, with a winner that was asked sealed items."""

from __future__ import annotations

from evomerge.ledger import (
    Asked,
    BaselinesNamed,
    ItemScore,
    Ledger,
    Named,
    Part,
    Place,
    RankedFinalist,
    RunBegan,
    State,
    TaskMeasure,
    Told,
    Trial,
    WinnerChosen,
    Yardstick,
)
from tests.report.history import RECIPE
from tests.run.fakes import A, B

BINARY = (0.0, 1.0, True)
YARDSTICK = Yardstick(
    "raw", {"t": TaskMeasure(2.0, "judge", BINARY), "u": TaskMeasure(2.0, "judge", BINARY)}
)
SPLITS = ("search", "validation", "test")
WON = tuple(float(n % 5 != 0) for n in range(20))
LOST = tuple(float(n % 5 == 0) for n in range(20))


def item(task, split, number):
    """The id of an item."""
    return f"{task}-{split}-{number}"


def listed(count=20, prompt="h"):
    """The items of a run, as its ledger lists them."""
    return tuple(
        (task, item(task, split, n), n, split, prompt)
        for task in "tu"
        for split in SPLITS
        for n in range(count)
    )


def scored(split, values, digest="w"):
    """Each task's items of a split, scored alike."""
    scores = [
        ItemScore(task, item(task, split, n), value)
        for task in "tu"
        for n, value in enumerate(values)
    ]
    return Part(digest, split, State.SCORED, scores=scores)


def trial(digest, split, fitness, items=40, place=None, state=State.SCORED, **means):
    return Trial(
        digest, split, {}, state, fitness=fitness, task_means=means, items=items, place=place
    )


def facts(seed=3, test=WON, validation=WON, *, yardstick=YARDSTICK, items=None, recipe=RECIPE):
    """A run whose winner has these scores; None on a split that it was not asked."""
    evolve = {**recipe["evolve"], "seed": seed}
    return [
        RunBegan({"recipe": {**recipe, "evolve": evolve}}, items or listed(), yardstick),
        BaselinesNamed((Named(A, "a"), Named(B, "b"))),
        trial("a", "search", 0.25, t=0.25, u=0.75),
        trial("b", "search", 0.5, t=0.5, u=0.5),
        Asked(0, Place(0, 0, 0), (0.25,), "w", "sample"),
        scored("search", WON),
        trial("w", "search", 0.75, place=Place(0, 0, 0)),
        Told(0, (), 0.0, State.SCORED),
        *_on("validation", validation),
        WinnerChosen("w", finalists=(RankedFinalist("w", 0.75, 0.5),)),
        *_on("test", test),
    ]


def _on(split, values):
    if values is None:
        return []
    return [scored(split, values), trial("w", split, sum(values) / len(values))]


def written(folder, what):
    """A run folder with these facts."""
    folder.mkdir(parents=True)
    with Ledger(folder, create=True) as ledger:
        for one in what:
            ledger.record(one)
    return folder
