"""What a task makes of one of its documents: the question and the right answers, as text."""

from __future__ import annotations

from typing import Any

from evomerge.score.items.item import canonical
from evomerge.score.library.templates import render, value_of


def question_text(task: Any, doc: Any) -> str:
    """A document's question, without examples and chat template.

    Of a text whose perplexity counts, the text; where the task words no question, all of the
    document.

    Args:
        task: an lm-eval task.
    """
    rolling = task.OUTPUT_TYPE == "loglikelihood_rolling"
    text = task.doc_to_target(doc) if rolling else task.doc_to_text(doc)
    return text if isinstance(text, str) and text.strip() else canonical(doc)


def gold_answers(task: Any, doc: Any) -> list[str]:
    """The answers that the task counts as right, each once; none where it names none.

    They are what the task writes: the text "[3, 4]" is one answer, where lm-eval reads a list of
    two. Only a field or an expression that is a list names several.

    Args:
        task: an lm-eval task.
    """
    if task.OUTPUT_TYPE == "loglikelihood_rolling" or task.config.doc_to_target is None:
        return []
    target = task.doc_to_target(doc)
    if task.config.doc_to_choice is not None and not task.multiple_input:
        choices = task.doc_to_choice(doc)
        targets = [choices[index] for index in gold_choices(task, doc)]
    else:
        written = written_target(task, doc) if isinstance(target, list) else None
        targets = [written] if written is not None else target
        targets = targets if isinstance(targets, list) else [targets]
    return [*dict.fromkeys(str(answer) for answer in targets if str(answer).strip())]


def gold_answer(task: Any, doc: Any) -> str | None:
    """The first of the answers that the task counts as right; None where it names none."""
    return next(iter(gold_answers(task, doc)), None)


def written_target(task: Any, doc: Any) -> str | None:
    """The right answer as the task's template writes it; None where it stands for a list.

    Args:
        task: an lm-eval task.
    """
    template = task.config.doc_to_target
    if getattr(task, "prompt", None) is not None or not isinstance(template, str):
        return None
    if template in getattr(task, "features", ()):
        return None
    return None if isinstance(value_of(template, doc), list | tuple) else render(template, doc)


def gold_choices(task: Any, doc: Any) -> list[int]:
    """The indices of a multiple choice's right answers, as lm-eval reads them.

    Args:
        task: an lm-eval task.
    """
    choices = task.doc_to_choice(doc)
    gold = task.doc_to_text(doc) if task.multiple_input else task.doc_to_target(doc)
    indices = []
    for one in gold if isinstance(gold, list) else [gold]:
        index = choices.index(one) if isinstance(one, str) and one in choices else one
        if isinstance(index, int) and 0 <= index < len(choices):
            indices.append(index)
    return indices


def choice_texts(task: Any, doc: Any) -> list[str]:
    """The choices of a document; none where there is nothing to choose from."""
    if task.config.doc_to_choice is None:
        return []
    return [str(choice) for choice in task.doc_to_choice(doc)]
