"""A run's view and history, made of records: three generations, a winner, a verdict."""

from __future__ import annotations

import random

from evomerge.ledger import Asked, Finished, Objective, Place, State, Told
from evomerge.recipe import Genome, recipe_from
from evomerge.report.historian import Historian
from evomerge.report.history import PastCandidate, RunHistory
from evomerge.report.reading import Reading
from evomerge.report.verdict_json import verdict_to_json
from tests.report.history import PROVED, SEARCHED, VERDICT, records

PLACES = {"x": Place(0, 0, 0), "y": Place(0, 0, 1), "z": Place(0, 1, 2)}
GENOMES = {"x": 0.25, "y": 0.5, "z": 1.0}

FACTS = [
    *SEARCHED[:4],
    *(
        Asked(number, PLACES[digest], (GENOMES[digest],), digest, "sample")
        for number, digest in enumerate("xyz")
    ),
    *SEARCHED[4:],
    Told(0, (Objective(0.75),), 0.0, State.SCORED),
    Told(1, (), 0.0, State.FAILED, "all of it is NaN"),
    Told(2, (Objective(0.625),), 0.0, State.SCORED),
    *PROVED,
    Finished("5eed", verdict_to_json(VERDICT)),
]


def read(facts=FACTS, *, is_running=False):
    """View and history of some records."""
    reading, historian = Reading(), Historian()
    for record in records(facts):
        reading.take(record)
        historian.take(record)
    return reading.view(is_running=is_running), historian.history()


def rows(figure, name="rows"):
    """What a figure draws."""
    return [*figure.data[name]]


GENE = {"gene": {"low": 0, "high": 2}}
TWO = {
    "merge_method": "linear",
    "models": [
        {
            "model": "/folder/a",
            "parameters": {"weight": {"gene": {"low": 0, "high": 2, "points": 2}}},
        },
        {"model": "/folder/b", "parameters": {"weight": GENE}},
    ],
}


def history_of(count, fitness, genes=3):
    """Candidates drawn at random, ten a generation."""
    chance = random.Random(1)
    asked = []
    for n in range(count):
        genome = tuple(chance.random() for _ in range(genes))
        asked.append(
            PastCandidate(
                n,
                Place(0, n // 10, n % 10),
                genome,
                f"d{n}",
                "sample",
                (),
                0.0,
                1.0,
                State.SCORED,
                fitness=fitness(genome),
                items=4,
            )
        )
    return RunHistory(Genome(recipe_from(TWO)).names, tuple(asked))
