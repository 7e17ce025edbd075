"""Several answers to each question, graded one by one, and one score made of theirs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import comb
from statistics import fmean

from evomerge.errors import RecipeError
from evomerge.ledger import ItemScore
from evomerge.score.audits.answer import NOTHING_FOUND
from evomerge.score.grading.auditing import Audited, Auditing
from evomerge.score.grading.grader import Responses
from evomerge.score.grading.grading import Grading
from evomerge.score.items.item import Item
from evomerge.score.prompts.answering import FILTER, MEAN, Answers
from evomerge.score.proof.scale import Scale

Way = Callable[[Sequence[Item], Responses], list[ItemScore]]


class Repeated(Audited):
    """Gives items the score that their answers have together.

    mean: the mean of their scores. pass@N: how probable it is that of N of them one is right,
    without bias (Chen et al. 2021, equation 1). maj@N: the score of the answer, as the filter reads
    it, that most of the first N give; of several the first. filter: the task's filter gets them
    all.

    Args:
        grading: of one answer.

    Raises:
        RecipeError: pass@N, and an answer is not right or wrong.
    """

    def __init__(self, grading: Grading, answers: Answers) -> None:
        self._grading, self._answers = grading, answers
        self._kind, _, number = answers.reduce.partition("@")
        self._number = int(number or answers.repeats)
        if self._kind == "pass" and not grading.scale.binary:
            raise RecipeError(
                f"reduce {answers.reduce}: its answers are not right or wrong; say reduce: mean, "
                "or take a metric such as exact_match"
            )

    @property
    def scale(self) -> Scale:
        """What an item can score."""
        own = self._grading.scale
        return Scale(0.0, 1.0) if own.binary and self._kind in (MEAN, "pass") else own

    @property
    def judge(self) -> str:
        """Who judges, in words."""
        return f"{self._grading.judge} ({self._answers} answers)"

    @property
    def concurrent(self) -> bool:
        """Whether other work may go on at the same time."""
        return self._grading.concurrent

    def grade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """The score of each item.

        Raises:
            TrialError, Stopped: as for :meth:`Grading.grade`.
        """
        return self._reduced(items, responses, self._grading.grade)

    def regrade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """The score of each item, each answer judged once more as if for the first time."""
        return self._reduced(items, responses, self._grading.regrade)

    def lenient(
        self, items: Sequence[Item], responses: Responses, scores: Sequence[ItemScore]
    ) -> list[ItemScore]:
        """The scores with credit for a right answer in whatever form, answer by answer.

        Where a filter chooses among the answers, with credit where most of them have it.
        """

        def way(asked: Sequence[Item], answers: Responses) -> list[ItemScore]:
            return self._grading.lenient(asked, answers, self._grading.grade(asked, answers))

        if self._kind != FILTER:
            return self._reduced(items, responses, way)
        columns = [way(items, column) for column in self._columns(responses)]
        means = [fmean(s.value for s in row) for row in zip(*columns, strict=True)]
        credited = [round(mean) if self._grading.scale.binary else 0.0 for mean in means]
        pairs = zip(scores, credited, strict=True)
        return [score._replace(value=max(score.value, credit)) for score, credit in pairs]

    @property
    def auditing(self) -> Auditing:
        """What looks at how a model answered."""
        one = self._grading.auditing

        def extracted(items: Sequence[Item], responses: Responses) -> list[str]:
            return one.extracted(items, [answers[:1] for answers in responses])

        return replace(one, grade=self.grade, extracted=extracted)

    def _columns(self, responses: Responses) -> list[Responses]:
        """The answers to all questions, the first ones, the second ones, and so on."""
        count = self._answers.repeats
        return [[answers[n : n + 1] for answers in responses] for n in range(count)]

    def _reduced(self, items: Sequence[Item], responses: Responses, way: Way) -> list[ItemScore]:
        if self._kind == FILTER:
            return way(items, responses)
        columns = self._columns(responses)
        if self._kind == "maj":
            columns = columns[: self._number]
            found = [self._grading.auditing.extracted(items, column) for column in columns]
            chosen = [_majority(answers) for answers in zip(*found, strict=True)]
        rows = [*zip(*(way(items, column) for column in columns), strict=True)]
        if self._kind == "maj":
            return [row[place] for row, place in zip(rows, chosen, strict=True)]
        return [row[0]._replace(value=self._together([s.value for s in row])) for row in rows]

    def _together(self, values: Sequence[float]) -> float:
        if self._kind == MEAN:
            return fmean(values)
        wrong = sum(value < 1 for value in values)
        return 1 - comb(wrong, self._number) / comb(len(values), self._number)


def _majority(answers: Sequence[str]) -> int:
    """The place of the first answer of those that most are; nothing is no answer."""
    votes = Counter(answer for answer in answers if answer not in NOTHING_FOUND)
    return answers.index(votes.most_common(1)[0][0]) if votes else 0
