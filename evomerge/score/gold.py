"""The log-probability of the gold answer: it moves while accuracy is still 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evomerge.errors import RecipeError
from evomerge.score.document import gold_answers, gold_choices
from evomerge.score.request import Likelihood, Likely, Request, Response

GOLD_LOGPROB = "gold_logprob"


def gold_instances(task: Any, instances: Sequence[Any], chat_template: bool) -> list[Any]:
    """What is asked of lm-eval's requests for one document: the gold answers after the prompt.

    Args:
        task: an lm-eval task.
        instances: its requests for the document, in their order.

    Raises:
        RecipeError: the document has no gold answer.
    """
    first = instances[0]
    match task.OUTPUT_TYPE:
        case "multiple_choice":
            chosen = [instances[index] for index in gold_choices(task, first.doc)]
        case "generate_until":
            answers = gold_answers(task, first.doc)
            before = _delimiter(task, chat_template)
            chosen = [_continued(first, n, before + text) for n, text in enumerate(answers)]
        case _:
            chosen = [first]
    if not chosen:
        raise RecipeError(f"document {first.doc_id} has no gold answer")
    return chosen


def gold_logprob(parts: Sequence[Sequence[tuple[Request, Response]]]) -> float:
    """The score of an item: the mean log-probability of the gold answer's tokens, in nats.

    Per token, so that items with long answers count as much as others. Of several gold answers
    the likeliest counts.

    Args:
        parts: for each gold answer, what was asked (of a long text, piece by piece) and answered.
    """
    means = []
    for part in parts:
        logprob, tokens = 0.0, 0
        for request, response in part:
            assert isinstance(request, Likelihood)
            assert isinstance(response, Likely)
            logprob += response.logprob
            tokens += request.scored
        means.append(logprob / tokens)
    return max(means)


def _continued(instance: Any, index: int, answer: str) -> Any:
    """A request for an answer made into one for the probability of a given answer."""
    arguments = (instance.args[0], answer)
    return replace(
        instance,
        request_type="loglikelihood",
        arguments=arguments,
        idx=index,
        resps=[],
        filtered_resps={},
    )


def _delimiter(task: Any, chat_template: bool) -> str:
    """What stands between prompt and answer: as lm-eval has it before a choice."""
    delimiter, prefix = str(task.config.target_delimiter), task.config.gen_prefix
    if chat_template and not (prefix and not prefix[-1].isspace()):
        return ""
    return delimiter
