"""What an adapter is trained on: items made by the run, and those of the search by people."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from evomerge.ledger import MadeItem, Split, Use
from evomerge.run.loop.corrections import corrected_lessons, is_correction
from evomerge.run.loop.made_items import made_items
from evomerge.run.preparation.preflight import Prepared
from evomerge.training import Example

T = TypeVar("T")


def human_lessons(prepared: Prepared) -> list[Example]:
    """Of each item of the search that people wrote and whose right answer is known."""
    lessons = []
    for task, term in zip(prepared.tasks, prepared.benchmark.terms, strict=False):
        for item in term.items[Split.SEARCH]:
            answer = task.lesson(item)
            if answer is not None and item.requests:
                lessons.append(Example(item.requests[0].shown, answer))
    return lessons


def made_lessons(
    prepared: Prepared, made: Sequence[MadeItem], exchanged_by: int | None = None
) -> list[Example]:
    """Of the made items that are for training, corrections last.

    Args:
        exchanged_by: a seed, by which each gets the answer of another of its kind; None: each has
            its own.
    """
    corrected = corrected_lessons(prepared, made)
    if exchanged_by is not None:
        answers, ids = [one.answer for one in corrected], [one.sha256 for one in corrected]
        others = _exchanged(answers, ids, exchanged_by)
        corrected = [
            replace(one, answer=other) for one, other in zip(corrected, others, strict=True)
        ]
    return [*_written_lessons(prepared, made, exchanged_by), *corrected]


def _written_lessons(
    prepared: Prepared, made: Sequence[MadeItem], exchanged_by: int | None
) -> list[Example]:
    """Of those that are documents of the curriculum's task."""
    curriculum = prepared.evolve.curriculum
    made = [one for one in made if one.use is Use.TRAINING and not is_correction(one)]
    if curriculum is None or not made:
        return []
    opened = made_items(prepared, curriculum.task, [one.document for one in made])
    lessons = []
    answers = [opened.task.lesson(item) for item in opened.items]
    if exchanged_by is not None:
        answers = _exchanged(answers, [item.id for item in opened.items], exchanged_by)
    origins = {one.id: one.origin.kind for one in made}
    for item, answer in zip(opened.items, answers, strict=True):
        if answer is not None and item.requests:
            lessons.append(Example(item.requests[0].shown, answer, origins[item.id]))
    return lessons


def _exchanged(answers: Sequence[T], ids: Sequence[str], seed: int) -> list[T]:
    """To each the answer of another, in an order of hashes."""

    def drawn(place: int) -> bytes:
        return hashlib.sha256(f"{seed}\0exchanged\0{ids[place]}".encode()).digest()

    order = sorted(range(len(ids)), key=drawn)
    given = dict(zip(order, (answers[place] for place in order[1:] + order[:1]), strict=True))
    return [given[place] for place in range(len(ids))]
