"""What the models of a run answered: its parents, their average, its finalists and its winner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evomerge.errors import UserError
from evomerge.ledger import Part, Worded
from evomerge.report.reader import RunReader

RIGHT = 1.0
"""The score of an answer that is right; one below it is wrong."""


@dataclass(frozen=True)
class ModelAnswer:
    """What one model answered to an item."""

    model: str
    text: str
    score: float


@dataclass(frozen=True)
class AnsweredItem:
    """An item and the answers to it."""

    task: str
    item: str
    doc_id: int
    """Its index in the task, as lm-eval counts."""
    split: str
    question: str
    gold: str
    """The right answer; empty where the task names none."""
    answers: Sequence[ModelAnswer]


def answers(
    run_dir: str | Path, task: str | None = None, model: str | None = None, *, wrong: bool = False
) -> list[AnsweredItem]:
    """The answers that a run keeps, item by item.

    Of parents and their average all are kept, of finalists those to validation items, and of
    whatever was tested those to the sealed items, once they were opened.

    Args:
        task: of this task alone.
        model: of this model alone: a parent, "uniform", "winner", "finalist 1", …
        wrong: only those that score below :data:`RIGHT`.

    Raises:
        RunFolderError: the folder holds no run.
        UserError: it has no such task, or no answers of such a model.
    """
    with RunReader(run_dir) as reader:
        view, kept = reader.view(), reader.answers()
    questions = {(q.task, q.item): q for q in kept.questions}
    answered = {part.digest for part in kept.parts}
    names = {name: digest for name, digest in view.digests.items() if digest in answered}
    _check_named("task", task, [*dict.fromkeys(item[0] for item in kept.items)])
    _check_named("model", model, [*names])
    chosen = {name: digest for name, digest in names.items() if model in (None, name)}
    said = _said(kept.parts, questions)
    found = []
    for name, item, doc_id, split in kept.items:
        key = name, item
        if key not in questions or task not in (None, name):
            continue
        given = [*_given(chosen, said, key, wrong)]
        if given:
            question = questions[key]
            found.append(
                AnsweredItem(name, item, doc_id, split, question.text, question.gold, given)
            )
    return found


def _said(
    parts: Sequence[Part], questions: Mapping[tuple[str, str], Worded]
) -> dict[tuple[str, str, str], tuple[str, float]]:
    """Answer and score by digest, task and item."""
    found = {}
    for part in parts:
        scores = {(score.task, score.item): score.value for score in part.scores}
        for key, responses in part.answers.items():
            if key in questions:
                found[part.digest, *key] = questions[key].said(responses), scores[key]
    return found


def _given(
    models: Mapping[str, str],
    said: Mapping[tuple[str, str, str], tuple[str, float]],
    key: tuple[str, str],
    wrong: bool,
) -> Iterator[ModelAnswer]:
    """The answers to an item that are asked for."""
    for name, digest in models.items():
        text, score = said.get((digest, *key), ("", None))
        if score is not None and not (wrong and score >= RIGHT):
            yield ModelAnswer(name, text, score)


def _check_named(what: str, name: str | None, known: Sequence[str]) -> None:
    if name is not None and name not in known:
        listed = ", ".join(known) or "none so far"
        raise UserError(f"--{what} {name}: the run has no answers of it; it has {listed}")
