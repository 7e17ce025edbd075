"""What the models of a run answered: its parents, their average, its finalists and its winner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evomerge.errors import UserError
from evomerge.ledger import (
    RANDOM_SEARCH,
    BaselinesNamed,
    Event,
    Ledger,
    Part,
    ShippedNamed,
    WinnerChosen,
    Worded,
    labelled,
)
from evomerge.recipe.names import short_names
from evomerge.report.budget import since_raised

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
    with Ledger(Path(run_dir)) as ledger:
        items, events = ledger.items(), ledger.events()
        questions = {(q.task, q.item): q for q in ledger.questions()}
        parts = [part for part in ledger.parts(with_scores=True) if part.answers]
    answered = {part.digest for part in parts}
    names = {n: digest for n, digest in model_names(events).items() if digest in answered}
    _check_named("task", task, [*dict.fromkeys(item[0] for item in items)])
    _check_named("model", model, [*names])
    chosen = {name: digest for name, digest in names.items() if model in (None, name)}
    said = _said(parts, questions)
    found = []
    for name, item, doc_id, split in items:
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


def model_names(events: Sequence[Event]) -> dict[str, str]:
    """The digest of each model that a run names, by its name."""
    names: dict[str, str] = {}
    for event in since_raised(events):
        if isinstance(event, WinnerChosen):
            finalists = {
                f"finalist {number}": finalist.digest
                for number, finalist in enumerate(event.finalists)
                if number
            }
            others = labelled(one for one in event.against if one.model == RANDOM_SEARCH)
            names = {"winner": event.digest, **finalists, **others}
    baselines = (labelled(event.models) for event in events if isinstance(event, BaselinesNamed))
    parents = next(baselines, {})
    forms = (one for event in events if isinstance(event, ShippedNamed) for one in event.models)
    shipped = labelled(forms)
    short = short_names([*parents, *shipped])
    return {**{short[name]: digest for name, digest in {**parents, **shipped}.items()}, **names}


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
