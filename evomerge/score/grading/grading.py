"""Answers in, item scores out: by lm-eval's metric, the gold answer, or another judgement."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from time import monotonic, sleep
from typing import Any

import torch

from evomerge.engine.request import Response
from evomerge.ledger import ItemScore
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.foreign_code.remembered import all_forgotten
from evomerge.score.grading.auditing import Audited, Auditing, Kind
from evomerge.score.grading.credited import credited
from evomerge.score.grading.decisive import decisive_of
from evomerge.score.grading.grader import Responses
from evomerge.score.grading.instances import Instances
from evomerge.score.grading.metric import Metric, choose_filter
from evomerge.score.grading.metric_scores import MetricScores
from evomerge.score.grading.replies import extracted
from evomerge.score.grading.tryout import Tryout
from evomerge.score.items.item import Item
from evomerge.score.judges.afresh.chance import other_chance
from evomerge.score.judges.afresh.clock import Clock
from evomerge.score.judges.afresh.order import reordered
from evomerge.score.judges.judging import judging_of
from evomerge.score.library.own_code import judged_by_own_code
from evomerge.score.prompts.document import gold_answer, gold_answers, gold_choices
from evomerge.score.prompts.gold import GOLD_LOGPROB, gold_instances, gold_logprob
from evomerge.score.proof.scale import NATS_PER_TOKEN, Scale

PAUSE_S = 1.1
"""Seconds until more than a metric of lm-eval's judges again: longer than one, so that a clock that
nobody can move (of an address, of a sandbox), read in whole seconds, has moved by itself."""


class Grading(Audited):
    """Judges the answers to the items of one task.

    Args:
        task: an lm-eval task.

    Raises:
        UserError: the term names no metric of the task, or what is to judge cannot.
    """

    def __init__(
        self, task: Any, term: FitnessTerm, permissions: Permissions, device: torch.device | None
    ) -> None:
        self._task = task
        self._generates = task.OUTPUT_TYPE == "generate_until"
        self._chooses = task.OUTPUT_TYPE == "multiple_choice"
        self._by_gold = term.measure == GOLD_LOGPROB
        self._judging = judging_of(term, task, permissions, device)
        self._metric: Metric | None = None
        self._scores: MetricScores | None = None
        self._by_function = term.python is not None
        if self._judging is not None:
            self._judging.require_generated(self._generates)
            self._filter = choose_filter(task, term.filter or "", "filter")
        elif term.measure is not None and not self._by_gold:
            self._metric = Metric.of(task, term.measure)
            self._filter = self._metric.filter
            decisive = decisive_of(task, self._metric, self.doc)
            self._scores = MetricScores(task, self._metric, decisive)
        self.instances = Instances(task)
        """What lm-eval asks for the documents that are graded."""
        self._judged_s = monotonic()  # when answers were judged last; earlier sessions' before now

    def anew(self) -> Grading:
        """The same judgement, of answers to other requests for the same documents."""
        other = copy.copy(self)
        other.instances = Instances(self._task)
        return other

    @property
    def name(self) -> str:
        """What judges: a metric's name, without a filter, or what stands in its place."""
        if self._judging is not None:
            return self._judging.name
        return self._metric.name if self._metric is not None else GOLD_LOGPROB

    @property
    def scale(self) -> Scale:
        """What an item can score."""
        if self._judging is not None:
            return self._judging.scale
        return self._metric.scale if self._metric is not None else NATS_PER_TOKEN

    @property
    def judge(self) -> str:
        """Who judges, in words, as "python judge.py:politeness" or "judge ./critic"."""
        if self._judging is not None:
            return self._judging.name
        if self._metric is not None:
            return f"metric {self._metric.name} of the task"
        return "the log-probability of the gold answer"

    @property
    def concurrent(self) -> bool:
        """Whether scores are the same if other work goes on at the same time, in other threads.

        Code that is not lm-eval's may need the main thread, as a time limit by a signal does.
        """
        if self._by_gold:
            return True
        if self._judging is not None and not self._judging.concurrent:
            return False
        return not judged_by_own_code(self._task)

    @property
    def source(self) -> str:
        """sha256 of the code or the model that judges; "" where the recipe says it all."""
        return self._judging.source if self._judging is not None else ""

    @property
    def generates(self) -> bool:
        """Whether answers are generated, and not given ones asked for."""
        return self._generates and self.name != GOLD_LOGPROB

    def asked(self, instances: list[Any], chat_template: bool) -> list[Any]:
        """What is asked for a document, of what lm-eval asks for it.

        Raises:
            RecipeError: the gold answer is to be asked for, and there is none.
        """
        return gold_instances(self._task, instances, chat_template) if self._by_gold else instances

    def doc(self, item: Item) -> Any:
        """The document that an item is."""
        return self.instances.doc(item)

    def grade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """Judge answers, those of each item in the order of its requests.

        Raises:
            TrialError: an answer cannot be judged, or its score is not finite.
            Stopped: a judge cannot be reached.
        """
        scores = self._graded(items, responses)
        self._judged_s = monotonic()
        return scores

    def _graded(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        if self._by_gold:
            return [self._gold_score(*pair) for pair in zip(items, responses, strict=True)]
        if self._scores is not None:
            return self._scores.of(items, responses, self._heard)
        assert self._judging is not None
        docs, heard = [self.doc(item) for item in items], self._heard(items, responses)
        values = self._judging.judgement.scores(docs, self._answers(heard))
        return [ItemScore(i.task, i.id, value) for i, value in zip(items, values, strict=True)]

    @property
    def tryout(self) -> Tryout:
        """What tries judging before anything starts."""
        by_metric = self._metric is not None
        return Tryout(
            self._task,
            self.doc,
            self.grade,
            # Nobody pays for odd answers, as for the time of a language model that judges.
            odd=by_metric or self._by_function,
            metric=self._metric.name if self._metric is not None else "",
            filter=self._filter if by_metric else "",
            unasked=self._judging.unasked if self._judging is not None else "",
        )

    def regrade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """Judge the same answers once more, as if for the first time, in another order.

        Nothing is remembered. A task's own code sees other states of the global random generators,
        and clocks that tell another time, later with each answer; what it keeps in its module, and
        its order of sets, stay as they are. A `python` function runs in a fresh process. Where more
        judges than a metric of lm-eval's, all that is :data:`PAUSE_S` after the last answer.

        Returns:
            The scores in the order of the items: the same as before, if the answers alone decide.

        Raises:
            TrialError: an answer cannot be judged, or not this time.
            Stopped: a judge cannot be reached.
        """
        if self._judging is not None or judged_by_own_code(self._task):
            sleep(max(0.0, self._judged_s + PAUSE_S - monotonic()))
        order = reordered([item.key for item in items])
        with all_forgotten(self._task):
            again = self._grade_afresh([items[i] for i in order], [responses[i] for i in order])
        by_key = {(score.task, score.item): score for score in again}
        return [by_key[item.key] for item in items]

    def _grade_afresh(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        if self._by_gold:
            return self.grade(items, responses)
        with other_chance(), Clock() as clock:
            heard = self._heard(items, responses)
            if self._scores is not None:
                return self._scores.afresh(clock.between(zip(items, heard, strict=True)))
        assert self._judging is not None
        # Outside: what asks an address must not be told a wrong date.
        docs = [instances[0].doc for instances in heard]
        values = self._judging.judgement.scores_afresh(docs, self._answers(heard))
        return [ItemScore(i.task, i.id, value) for i, value in zip(items, values, strict=True)]

    def lenient(
        self,
        items: Sequence[Item],
        responses: Responses,
        scores: Sequence[ItemScore],
    ) -> list[ItemScore]:
        """The scores with credit for right answers that stand somewhere in the text.

        Only those of texts that a metric of lm-eval's calls right or wrong may change.

        Args:
            scores: of the same items in the same order.
        """
        if not (self._generates and self._metric is not None and self.scale.binary):
            return [*scores]
        golds = {item.id: gold_answers(self._task, self.doc(item)) for item in items}
        return credited(items, responses, scores, golds)

    @property
    def auditing(self) -> Auditing:
        """What looks at how a model answered."""
        kind: Kind = "texts" if self._generates else "choices" if self._chooses else "neither"
        return Auditing(
            "neither" if self._by_gold else kind,
            lambda item: gold_answer(self._task, self.doc(item)),
            lambda item: gold_choices(self._task, self.doc(item)),
            lambda items, responses: self._answers(self._heard(items, responses)),
            self.grade,
        )

    def _heard(self, items: Sequence[Item], responses: Responses) -> list[list[Any]]:
        return self.instances.answered(items, responses, self._filter)

    def _answers(self, heard: Sequence[Sequence[Any]]) -> list[str]:
        """What the filter takes from each answer."""
        return [extracted(instances, self._filter) for instances in heard]

    def _gold_score(self, item: Item, responses: Sequence[Response]) -> ItemScore:
        pieces = self.instances.pieces(item, responses)
        return ItemScore(item.task, item.id, gold_logprob(pieces))
