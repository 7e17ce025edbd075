"""Who solves what: the scores of a run's models, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean
from typing import Any

from evomerge.ledger import Split, Worded
from evomerge.report.reader import RunReader

WINNER, FINALIST = "winner", "finalist "
HALF = 0.5
"""The least score of an answer that is more right than wrong."""


@dataclass(frozen=True, slots=True)
class SolvedItem:
    """An item, and what each model scored on it."""

    task: str
    item: str
    doc_id: int
    """Its index in the task, as lm-eval counts."""
    split: str
    scores: tuple[float | None, ...]
    """In the order of the models; None where one was not asked."""
    question: str | None
    """None where no answer to it is kept, as of sealed items that nobody has opened."""
    gold: str
    """The right answer; empty where the task names none."""
    answers: tuple[str | None, ...]
    """In the order of the models; None where none is kept."""

    @property
    def difficulty(self) -> float:
        """Minus the mean score of those that were asked: the larger, the fewer solve it."""
        return -fmean(score for score in self.scores if score is not None)


@dataclass(frozen=True)
class Solved:
    """The items that models of a run were asked; in each split the hardest first."""

    models: tuple[str, ...]
    """Parents, their uniform merge, the winner and other finalists."""
    parents: frozenset[str]
    items: tuple[SolvedItem, ...]

    @cached_property
    def graded(self) -> tuple[SolvedItem, ...]:
        """Those whose answers are right or wrong: all scores of their task lie between 0 and 1."""
        beyond = {
            one.task for one in self.items for s in one.scores if s is not None and not 0 <= s <= 1
        }
        return tuple(one for one in self.items if one.task not in beyond)

    @cached_property
    def by_winner_alone(self) -> tuple[SolvedItem, ...]:
        """Those that the winner solves and none of the parents does."""
        return tuple(one for one in self.graded if self._is_won(one, lost=False))

    @cached_property
    def lost_by_winner(self) -> tuple[SolvedItem, ...]:
        """Those that some parent solves and the winner does not."""
        return tuple(one for one in self.graded if self._is_won(one, lost=True))

    @cached_property
    def missed_by_elites(self) -> tuple[SolvedItem, ...]:
        """Those that no finalist that was asked solves, and the winner was."""
        elites = [n for n, name in enumerate(self.models) if name.startswith((WINNER, FINALIST))]
        return (
            tuple(
                one
                for one in self.graded
                if one.scores[self.models.index(WINNER)] is not None
                and all((one.scores[n] or 0.0) < HALF for n in elites)
            )
            if WINNER in self.models
            else ()
        )

    def _is_won(self, one: SolvedItem, *, lost: bool) -> bool:
        if WINNER not in self.models:
            return False
        score = one.scores[self.models.index(WINNER)]
        known = [
            of
            for name, of in zip(self.models, one.scores, strict=True)
            if name in self.parents and of is not None
        ]
        if score is None or not known:
            return False
        solved = max(known) >= HALF
        return (score < HALF and solved) if lost else (score >= HALF and not solved)


def solved_in(reader: RunReader) -> Solved:
    """What the models of a run scored on each item that one of them was asked.

    Raises:
        RunFolderError: the ledger is damaged.
    """
    view = reader.view()
    kept = reader.kept({*view.digests.values()})
    names = [name for name, digest in view.digests.items() if digest in kept.scores]
    scores = [kept.scores[view.digests[name]] for name in names]
    answers = [kept.answers.get(view.digests[name], {}) for name in names]
    found = []
    for task, item, doc_id, split in kept.items:
        key = task, item
        own = tuple(of.get(key) for of in scores)
        if any(score is not None for score in own):
            worded = kept.questions.get(key)
            said = tuple(_said(worded, of.get(key)) for of in answers)
            gold = worded.gold if worded else ""
            question = worded.text if worded else None
            found.append(SolvedItem(task, item, doc_id, split, own, question, gold, said))
    order = {split.value: number for number, split in enumerate(reversed(Split))}
    found.sort(key=lambda one: (order[one.split], -one.difficulty, one.task, one.doc_id))
    return Solved(tuple(names), frozenset(p.name for p in view.parents), tuple(found))


def _said(worded: Worded | None, responses: Sequence[Any] | None) -> str | None:
    return None if worded is None or responses is None else worded.said(responses)
