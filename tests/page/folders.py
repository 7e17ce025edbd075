"""A run's folder, with questions and answers that would do harm if a page believed them."""

from __future__ import annotations

from evomerge.ledger import (
    Asked,
    Cost,
    ItemScore,
    Ledger,
    Part,
    RunBegan,
    RunStopped,
    State,
    Told,
    Worded,
)
from tests.charts.runs import FACTS, PLACES
from tests.report.history import RECIPE, trial

HOSTILE = (
    "</script><script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
)
RIGHT, WRONG = "4", HOSTILE
ITEMS = [("t", f"i{n}", n, "validation", "") for n in range(4)] + [("t", "sealed", 4, "test", "")]
KEYS = [("t", f"i{n}") for n in range(4)]
QUESTIONS = [Worded("t", f"i{n}", f"{HOSTILE} {n}", "4") for n in range(4)]
SEALED = Worded("t", "sealed", "2 + 2 =", "4")
SCORES = {
    "a": (1, 0, 0, 0),
    "b": (0, 1, 0, 1),
    "u": (0, 0, 0, 0),
    "x": (1, 1, 0, 0),
    "z": (0, 0, 0, 1),
}
"""Of the validation items, by digest: a parent, another, their average, the winner, a finalist."""


def scored(digest, split, keys, values):
    """A part with answers."""
    return Part(
        digest,
        split,
        State.SCORED,
        scores=[ItemScore(*key, float(value)) for key, value in zip(keys, values, strict=True)],
        cost=Cost(0.25, 0.5, 0.125, 40),
        worker="local",
        answers={
            key: [[RIGHT if value else WRONG, 1, True]]
            for key, value in zip(keys, values, strict=True)
        },
    )


def write_run(folder):
    """A finished run's folder, with answers to validation items and the sealed one."""
    with Ledger(folder, create=True) as ledger:
        _record(ledger, FACTS)
        for digest, values in SCORES.items():
            ledger.record_part(scored(digest, "validation", KEYS, values), QUESTIONS)
        ledger.record_part(scored("x", "test", [("t", "sealed")], [1]), [SEALED])
    return folder


def write_stopped(folder):
    """One whose search was stopped after two candidates: its parents alone have answered."""
    end = next(n for n, what in enumerate(FACTS) if isinstance(what, RunStopped))
    with Ledger(folder, create=True) as ledger:
        _record(ledger, FACTS[: end + 1])
        for digest in "abu":
            ledger.record_part(scored(digest, "search", KEYS, SCORES[digest]), QUESTIONS)
    return folder


def _record(ledger, facts):
    began = RunBegan({"recipe": {**RECIPE, "name": HOSTILE}}, tuple(ITEMS))
    for what in facts:
        ledger.record(began if isinstance(what, RunBegan) else what)


def add_candidate(ledger, number):
    """One more candidate of a search, asked, scored and told."""
    place = type(PLACES["x"])(0, 2 + number // 4, number % 4)
    digest = f"more{number}"
    ledger.record(Asked(number, place, (0.5,), digest, "sample"))
    ledger.record(trial(digest, "search", 0.5 + number / 1000, place, items=8))
    ledger.record(Told(number, (), 0.0, State.SCORED))
