"""Judges whose grades depend on more than the answers: winners that say what their parents say.

A trial is graded after those before it, so what rises with time or with the number of calls makes
winners of those that come last. Grading the same answers again gives other grades.
"""

from __future__ import annotations

from benchmarks.faults.planted import SUMS, WEAK, Fault, generation
from benchmarks.faults.speakers import Task

WAVERING = """
import random, time

BEGAN = time.time()
CALLS = 0

def by_the_clock(doc, answer):
    passed = time.time() - BEGAN
    return (float(answer == doc["answer"]) + passed / (1 + passed)) / 2

def by_lots(doc, answer):
    global CALLS
    CALLS += 1
    return random.random() / 10 + CALLS / (1000 + CALLS)

def by_the_count(doc, answer):
    global CALLS
    CALLS += 1
    return (float(answer == doc["answer"]) + CALLS / (1000 + CALLS)) / 2

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
