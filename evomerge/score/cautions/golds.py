"""Documents whose right answer nobody can give."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evomerge.errors import RecipeError
from evomerge.score.library.own_code import LM_EVAL
from evomerge.score.prompts.document import gold_answers, gold_choices
from evomerge.score.prompts.gold import GOLD_LOGPROB

BEYOND = "is doc_to_target of its first document an index beyond its choices?"
"""What to look at where a task cannot be loaded for want of an entry in a list."""


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Have it told what to look at where a task cannot be loaded for an index beyond a list:
    lm-eval looks up the first right answer.
    """
    try:
        yield
    except RecipeError as error:
        if _looks_beyond(error):
            raise RecipeError(f"{error}; {BEYOND}") from error
        raise


def _looks_beyond(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, IndexError):
        error = error.__cause__ or error.__context__
    return error is not None


@dataclass(frozen=True)
class Ungiven:
    """Documents whose right answer nobody can give."""

    told: str
    hopeless: bool
    """Whether nothing sensible can come of the task."""


def ungiven(task: Any, docs: Sequence[Any], measure: str | None) -> Ungiven | None:
    """The documents that have no right answer which a model can give; None if all have one.

    Args:
        task: an lm-eval task.
        measure: the metric of the term.
    """
    if task.config.doc_to_choice is not None:
        missing = [doc for doc in docs if not gold_choices(task, doc)]
    elif measure == GOLD_LOGPROB and task.OUTPUT_TYPE == "generate_until":
        missing = [doc for doc in docs if not gold_answers(task, doc)]
    else:
        missing = []
    if not missing:
        return None
    by_own_code = callable(task.config.process_results) or not (
        type(task).process_results.__module__.startswith(LM_EVAL)
    )
    hopeless = measure == GOLD_LOGPROB or (len(missing) == len(docs) and not by_own_code)
    count = f"{len(missing)} of {len(docs)} items"
    return Ungiven(_described(task, missing[0], count), hopeless)


def refuse_ungiven(task: Any, docs: Sequence[Any], measure: str | None) -> None:
    """Refuse a task of which nothing sensible can come; see :func:`ungiven`.

    Raises:
        RecipeError: it is one.
    """
    found = ungiven(task, docs, measure)
    if found is not None and found.hopeless:
        raise RecipeError(found.told)


def _described(task: Any, doc: Any, count: str) -> str:
    """What is wrong with so many documents, by the first of them, and the cure."""
    if task.config.doc_to_choice is None:
        return f"{count} have no right answer (doc_to_target is empty); leave them out of the data"
    gold = task.doc_to_text(doc) if task.multiple_input else task.doc_to_target(doc)
    choices = task.doc_to_choice(doc)
    last = len(choices) - 1
    field = task.config.doc_to_target
    is_field = isinstance(field, str) and "{" not in field
    if is_field and isinstance(gold, str) and gold.isdigit() and int(gold) <= last:
        cure = (
            "it is an index that the data has as text; a template makes a number of it, "
            f'doc_to_target: "{{{{{field}}}}}"'
        )
    else:
        cure = (
            f"doc_to_target must give an index, 0 to {last}, or the text of a choice; where it "
            "does not, leave the items out of the data"
        )
    return (
        f"the right answer of {count} is none of their choices (the first one's is {gold!r}, of "
        f"{', '.join(map(repr, choices))}), so nobody can give it; {cure}"
    )
