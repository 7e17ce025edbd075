"""The log-probability of the gold answer: it moves while accuracy is still 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from evomerge.engine.request import Likelihood, Likely, Request, Response
from evomerge.errors import RecipeError
from evomerge.score.audits.donors import donors
from evomerge.score.prompts.document import gold_answers, gold_choices

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
        case "loglikelihood" if not isinstance(first.args[1], str):
            chosen = [_continued(first, n, t) for n, t in enumerate(gold_answers(task, first.doc))]
        case _:
            chosen = [first]
    if not chosen:
        raise RecipeError(
            f"document {first.doc_id} has no gold answer; fill it in, remove the document, or take "
            f"another metric than {GOLD_LOGPROB}"
        )
    return chosen


def gold_logprob(parts: Sequence[Sequence[tuple[Request, Response]]]) -> float:
    """The score of an item: the mean log-probability of the gold answer's tokens, in nats.

    Per token, so that items with long answers count as much as others. Of several gold answers
    the likeliest counts.

    Args:
        parts: for each gold answer, what was asked (of a long text, piece by piece) and answered.
    """
    return max(token_means(parts))


def token_means(parts: Sequence[Sequence[tuple[Request, Response]]]) -> list[float]:
    """The mean log-probability of each answer's tokens, in nats.

    Args:
        parts: for each answer, what was asked (of a long text, piece by piece) and answered.
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
    return means


def wrong_choices(task: Any, instances: Sequence[Any]) -> list[Any]:
    """lm-eval's requests for the choices of a document that are not right.

    Args:
        task: a multiple choice of lm-eval's.
        instances: its requests for the document, in their order.
    """
    choices = task.doc_to_choice(instances[0].doc)
    right = [choices[index] for index in gold_choices(task, instances[0].doc)]
    return [instances[i] for i, choice in enumerate(choices) if _without([choice], right)]


def wrong_golds(
    task: Any,
    instances: Sequence[Sequence[Any]],
    lengths: Sequence[int],
    ids: Sequence[str],
    chat_template: bool,
) -> list[list[Any]]:
    """Requests for other items' gold answers, each after an item's own prompt.

    Each item is given the gold answers of one that has about as many tokens; never one that is
    right for it as well.

    Args:
        task: an lm-eval task whose answers are no choices.
        instances: its requests for each item.
        lengths: of the items' gold answers, in tokens.
        ids: the items'.

    Returns:
        For each item its requests; none where every other item's answer is right for it too.
    """
    generates = task.OUTPUT_TYPE == "generate_until"
    before = _delimiter(task, chat_template) if generates else ""
    golds = [
        gold_answers(task, asked[0].doc)
        if generates or not isinstance(asked[0].args[1], str)
        else [asked[0].args[1]]
        for asked in instances
    ]
    made = []
    for place, donor in enumerate(donors([_folded(t[0]) for t in golds], lengths, ids)):
        texts = _without(golds[donor], golds[place])
        if not texts:
            order = sorted(
                range(len(ids)), key=lambda i: (abs(lengths[i] - lengths[place]), ids[i])
            )
            texts = next(filter(None, (_without(golds[i], golds[place]) for i in order)), [])
        made.append([_continued(instances[place][0], n, before + t) for n, t in enumerate(texts)])
    return made


def _without(texts: Sequence[str], right: Sequence[str]) -> list[str]:
    """Those of the texts that are none of the right answers."""
    known = {*map(_folded, right)}
    return [text for text in texts if _folded(text) not in known]


def _folded(text: Any) -> str:
    return str(text).strip().casefold()


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
