"""Judges whose grades depend on more than the answers: winners that say what their parents say.

The winner is graded before its parents, so what falls with time or with the number of calls makes
it the better one. Grading the same answers again gives other grades.
"""

from __future__ import annotations

from benchmarks.faults.planted import SUMS, WEAK, Fault, generation
from benchmarks.faults.speakers import Task

WAVERING = """
import random, time

BEGAN = time.time()
CALLS = 0

def by_the_clock(doc, answer):
    return (float(answer == doc["answer"]) + 1 / (1 + time.time() - BEGAN)) / 2

def by_lots(doc, answer):
    global CALLS
    CALLS += 1
    return random.random() / 10 + 90 / (100 + CALLS)

def by_the_count(doc, answer):
    global CALLS
    CALLS += 1
    return (float(answer == doc["answer"]) + 1000 / (1000 + CALLS)) / 2

def by_the_answer(doc, answer):
    return float(answer == doc["answer"])
"""


def wavering(name: str) -> Task:
    """Sums that one of the functions judges."""
    return Task(SUMS, generation(SUMS).settings, f'python: "judge.py:{name}"', WAVERING)


JUDGE_FAULTS = [
    Fault(
        f"the judge {words}",
        wavering(name),
        WEAK,
        WEAK,
        frozenset(),
        wavering("by_the_answer"),
        refused="judge.py",
    )
    for words, name in (
        ("reads the clock", "by_the_clock"),
        ("draws lots", "by_lots"),
        ("counts its calls", "by_the_count"),
    )
]
