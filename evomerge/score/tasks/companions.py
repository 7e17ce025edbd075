"""Other measures of the documents that a gold log-probability is taken of.

A model that has become less sure of everything, or more used to digits, gains in it and knows no
more. So at promotion the winner and its parents are asked two things beside it; see
:func:`evomerge.score.audits.gold_flags.gold_flags` for what is made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from statistics import fmean
from typing import Any

from evomerge.engine.request import Generation, Likelihood, Request, Response, silence
from evomerge.errors import RecipeError, TrialError
from evomerge.ledger import ItemScore
from evomerge.permissions import NOTHING
from evomerge.recipe import FitnessTerm
from evomerge.score.audits.answer import AnswerFacts
from evomerge.score.audits.audit import TaskAudit, audit_scores, fingerprint
from evomerge.score.grading.grader import ACCURACY, CONTROL, Companion, Responses
from evomerge.score.grading.grading import Grading
from evomerge.score.grading.metric import Metric
from evomerge.score.harness import Recorder
from evomerge.score.items.item import Item
from evomerge.score.prompts.answering import ONE, Answers
from evomerge.score.prompts.gold import token_means, wrong_choices, wrong_golds
from evomerge.score.tasks.asking import by_document


class WrongAnswers:
    """Gives an item the mean log-probability, in nats per token, of answers that are wrong.

    Args:
        counts: for each item by its id, how many requests each of the answers makes.
        combine: of several answers of an item; their mean, or the likeliest as for gold answers.
    """

    judge = "the log-probability of wrong answers"
    concurrent = True

    def __init__(
        self, counts: Mapping[str, Sequence[int]], combine: Callable[[Sequence[float]], float]
    ) -> None:
        self._counts, self._combine = counts, combine

    def grade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """The score of each item."""
        scores = []
        for item, answered in zip(items, responses, strict=True):
            pairs = zip(item.requests, answered, strict=True)
            parts = [list(islice(pairs, count)) for count in self._counts[item.id]]
            scores.append(ItemScore(item.task, item.id, self._combine(token_means(parts))))
        return scores

    regrade = grade

    def lenient(
        self,
        items: Sequence[Item],
        responses: Responses,
        scores: Sequence[ItemScore],
    ) -> list[ItemScore]:
        """The scores as they are: there is no text to look into."""
        return [*scores]

    def audit(
        self,
        items: Sequence[Item],
        responses: Responses,
        scores: Sequence[float],
    ) -> TaskAudit:
        """Nothing but how high the scores are."""
        return audit_scores(scores, asked=fingerprint(items))

    def facts(self, items: Sequence[Item], responses: Responses) -> list[AnswerFacts]:
        """None: nothing was generated."""
        return []


class Forgiving(Grading):
    """Leaves out the items whose answers cannot be judged: they count for nothing here."""

    def grade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """The score of each item, of weight 0 where its answer cannot be judged."""
        try:
            return super().grade(items, responses)
        except TrialError:
            pairs = zip(items, responses, strict=True)
            return [self._one(item, answered) for item, answered in pairs]

    def _one(self, item: Item, answered: Sequence[Response]) -> ItemScore:
        try:
            (score,) = super().grade([item], [answered])
        except TrialError:
            return ItemScore(item.task, item.id, 0.0, 0.0)
        return score


def companions(
    task: Any,
    term: FitnessTerm,
    items: Sequence[Item],
    recorder: Recorder,
    chat_template: bool,
    answers: Answers,
) -> list[Companion]:
    """What a gain in gold_logprob on some items is to be held against.

    Args:
        task: an lm-eval task, which has built the requests of these items last.
        term, answers: as for :func:`accuracy`.
    """
    by_doc = by_document(task)
    found = (
        control(task, items, by_doc, recorder, chat_template),
        accuracy(task, term, items, by_doc, recorder, answers),
    )
    return [companion for companion in found if companion is not None]


def control(
    task: Any,
    items: Sequence[Item],
    by_doc: Mapping[int, Sequence[Any]],
    recorder: Recorder,
    chat_template: bool,
) -> Companion | None:
    """How probable wrong answers are: the other choices, or else other items' gold answers.

    None where there are none, as of a text that has no prompt.

    Args:
        task: an lm-eval task.
        items: those of a term that is scored by gold_logprob, as they are asked.
        by_doc: what lm-eval asks for each document.
    """
    if not items or task.OUTPUT_TYPE == "loglikelihood_rolling":
        return None
    instances = [by_doc[item.doc_id] for item in items]
    combine: Callable[[Sequence[float]], float] = max
    if task.OUTPUT_TYPE == "multiple_choice":
        wrong, combine = [wrong_choices(task, asked) for asked in instances], fmean
    else:
        lengths = [_tokens(item.requests[0]) for item in items]
        ids = [item.id for item in items]
        wrong = wrong_golds(task, instances, lengths, ids, chat_template)
    pairs = [(item, asked) for item, asked in zip(items, wrong, strict=True) if asked]
    made = [_recorded(item, CONTROL, asked, recorder) for item, asked in pairs]
    counts = {item.id: counted for item, counted in made}
    grader = WrongAnswers(counts, combine)
    return Companion(CONTROL, [item for item, _ in made], grader) if made else None


def accuracy(
    task: Any,
    term: FitnessTerm,
    items: Sequence[Item],
    by_doc: Mapping[int, Sequence[Any]],
    recorder: Recorder,
    answers: Answers,
) -> Companion | None:
    """What the task itself would measure: the first of its metrics that is a mean over items.

    None where there is none, or it cannot be asked for: it samples, or runs answers as code.

    Args:
        task, items, by_doc: as for :func:`control`.
        term: of the fitness, with gold_logprob.
        answers: how its answers are generated.
    """
    metric = _own_metric(task)
    if metric is None or not items:
        return None
    grading = Forgiving(task, term.model_copy(update={"metric": metric}), NOTHING, None)
    made = []
    try:
        for item in items:
            asked, counts = _recorded(item, ACCURACY, by_doc[item.doc_id], recorder, answers)
            if any(isinstance(r, Generation) and r.sampling for r in asked.requests):
                return None
            grading.instances.note(item.doc_id, list(zip(by_doc[item.doc_id], counts, strict=True)))
            made.append(asked)
        grading.grade(made[:1], [silence(made[0].requests)])
    except Exception:  # whatever a task does with answers that it was never meant to be given here
        return None
    return Companion(ACCURACY, made, grading)


def _own_metric(task: Any) -> str | None:
    if getattr(task, "UNSAFE_CODE", False):
        return None
    for name in task.aggregation():
        wanted = f"{name},{task._filters[0].name}"
        try:
            if Metric.of(task, wanted).aggregate is not None:
                return wanted
        except RecipeError:
            continue  # no mean over items
    return None


def _recorded(
    item: Item,
    what: str,
    instances: Sequence[Any],
    recorder: Recorder,
    answers: Answers = ONE,
) -> tuple[Item, list[int]]:
    """The item with other requests, and how many of them each instance makes."""
    made = [answers.asked(recorder.record(instance), instance, item) for instance in instances]
    requests = tuple(request for part in made for request in part)
    return replace(item, task=f"{item.task} {what}", requests=requests), [*map(len, made)]


def _tokens(request: Request) -> int:
    return request.scored if isinstance(request, Likelihood) else 0
