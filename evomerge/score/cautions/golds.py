"""Documents whose right answer nobody can give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evomerge.score.document import gold_answers, gold_choices
from evomerge.score.gold import GOLD_LOGPROB
from evomerge.score.own_code import LM_EVAL

BEYOND = "is doc_to_target of its first document an index beyond its choices?"
"""What to look at where a task cannot be loaded for want of an entry in a list."""


def without_gold(task: Any, docs: Sequence[Any], measure: str | None) -> list[int]:
    """Which documents have no right answer that a model can give.

    Args:
        task: an lm-eval task.
        measure: the metric of the term.

    Returns:
        Their places in `docs`.
    """
    if task.config.doc_to_choice is not None:
        return [n for n, doc in enumerate(docs) if not gold_choices(task, doc)]
    if measure == GOLD_LOGPROB and task.OUTPUT_TYPE == "generate_until":
        return [n for n, doc in enumerate(docs) if not gold_answers(task, doc)]
    return []


def is_hopeless(task: Any, missing: int, items: int, measure: str | None) -> bool:
    """Whether nothing sensible can come of a task in which so many items have no right answer."""
    if measure == GOLD_LOGPROB:
        return missing > 0
    by_own_code = callable(task.config.process_results) or not (
        type(task).process_results.__module__.startswith(LM_EVAL)
    )
    return 0 < missing == items and not by_own_code


def describe(task: Any, missing: Sequence[int], docs: Sequence[Any]) -> str:
    """What is wrong with documents without a right answer, by the first of them, and the cure."""
    doc, count = docs[missing[0]], f"{len(missing)} of {len(docs)} items"
    if task.config.doc_to_choice is None:
        return f"{count} have no right answer (doc_to_target is empty); leave them out of the data"
    gold = task.doc_to_text(doc) if task.multiple_input else task.doc_to_target(doc)
    choices = task.doc_to_choice(doc)
    last = len(choices) - 1
    if isinstance(gold, str) and gold.strip().isdigit() and int(gold) <= last:
        field = task.config.doc_to_target
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
