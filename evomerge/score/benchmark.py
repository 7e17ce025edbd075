"""All that a recipe is scored on: the items of its tasks, split, sealed, graded and averaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Literal

from evomerge.errors import RecipeError, SplitError, TrialError
from evomerge.ledger import SEEN, ItemScore, ItemsOpened, Split, Worded
from evomerge.score.audits.audit import TaskAudit
from evomerge.score.fingerprint import fingerprint_of
from evomerge.score.floors import Floors, ParentMeans
from evomerge.score.grading.grader import Grade, Grader, Responses
from evomerge.score.items.item import Item
from evomerge.score.items.units import ALONE, Units
from evomerge.score.proof.aggregate import Aggregate
from evomerge.score.proof.means import task_means
from evomerge.score.tasks.term import Term


@dataclass
class Benchmark:
    """The terms of a fitness, with the test items sealed until promotion opens them.

    Args:
        terms: tasks and guards.
        how: how the tasks' means become one fitness; see :class:`Aggregate`.
        units: which items are one question, and which hang together.
    """

    terms: Sequence[Term]
    how: Literal["raw", "range", "geometric"] = "raw"
    units: Units = ALONE
    _opened: bool = field(default=False, init=False)
    _made: Term | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.aggregate = Aggregate({term.task: term.weight for term in self.terms}, self.how)
        self.floors = Floors(self.terms)

    def admit(self, made: Term | None) -> None:
        """Have items that the run has made count in the search, in the place of earlier ones; with
        None, no more of them.
        """
        self.terms = [*self.own_terms, *([made] if made is not None else [])]
        self._made = made
        weights = {term.task: term.weight for term in self.terms}
        self.aggregate = replace(self.aggregate, weights=weights)

    @property
    def own_terms(self) -> list[Term]:
        """Those of the recipe, whose items people wrote."""
        return [term for term in self.terms if term is not self._made]

    @property
    def search_weight(self) -> float:
        """The weight of all tasks that people's items of the search count for."""
        return sum(term.weight for term in self.own_terms if term.items[Split.SEARCH])

    def calibrate(self, split: Split, parents: ParentMeans) -> None:
        """Learn from the parents' means on a split what offspring are measured against there.

        Floors hold for each split anew; the ranges of tasks are those on the search items.
        """
        self.floors.measure(split, parents)
        if split is Split.SEARCH:
            ranges = {
                task: (
                    min(m[task] for m in parents.values()),
                    max(m[task] for m in parents.values()),
                )
                for task in self.aggregate.weights
                if all(task in means for means in parents.values())
            }
            self.aggregate = replace(self.aggregate, ranges=ranges)

    def items(self, split: Split) -> list[Item]:
        """The items of a split, term after term.

        Raises:
            SplitError: the test items are sealed.
        """
        if split is Split.TEST and not self._opened:
            raise SplitError("the test items are sealed until the winner is promoted")
        return self._every_item(split)

    def ids(self, *splits: Split) -> list[str]:
        """The ids of the items of some splits, each once, in order."""
        return sorted({item.id for split in splits for item in self._every_item(split)})

    def _every_item(self, split: Split) -> list[Item]:
        return [item for term in self.terms for item in term.items[split]]

    def in_words(self, items: Sequence[Item]) -> list[Worded]:
        """Items as they are kept beside the answers to them."""
        metrics = {term.task: term.metric for term in self.terms}
        return [
            Worded(item.task, item.id, item.text, item.gold, item.choices, metrics[item.task])
            for item in items
        ]

    def open_test(self, opening: ItemsOpened) -> None:
        """Break the seal of the test items.

        Args:
            opening: the record of it in the run's ledger.

        Raises:
            SplitError: it is the record of something else.
        """
        if not isinstance(opening, ItemsOpened):
            raise SplitError("the test items are opened by the ledger's record of it, and only so")
        self._opened = True

    @property
    def judges_concurrently(self) -> bool:
        """Whether answers can be graded in a thread while others are made, with the same scores."""
        return all(term.grader.concurrent for term in self.terms)

    def grade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """The score of each item, task after task.

        Raises:
            TrialError: an answer cannot be judged, or its score is not finite.
            Stopped: a judge cannot be reached.
        """
        return self._graded(items, responses, lambda grader: grader.grade)

    def regrade(self, items: Sequence[Item], responses: Responses) -> list[ItemScore]:
        """The score of each item, task after task, judged once more as if for the first time.

        See :func:`evomerge.score.grading.disagreement.disagreements` for what to hold them against.

        Raises:
            TrialError, Stopped: as for :meth:`grade`.
        """
        return self._graded(items, responses, lambda grader: grader.regrade)

    def _graded(
        self,
        items: Sequence[Item],
        responses: Responses,
        way: Callable[[Grader], Grade],
    ) -> list[ItemScore]:
        scores: list[ItemScore] = []
        for term, asked, answers in self._by_term(items, responses):
            try:
                scores += term.clipped(way(term.grader)(asked, answers))
            except (RecipeError, TrialError) as error:
                raise type(error)(f"task {term.task}: {error}") from None
        return scores

    def _by_term(
        self, items: Sequence[Item], responses: Responses
    ) -> Iterator[tuple[Term, list[Item], Responses]]:
        """The terms that some of the items belong to, the items of each, and their answers."""
        by_task: dict[str, list[int]] = {}
        for place, item in enumerate(items):
            by_task.setdefault(item.task, []).append(place)
        for term in self.terms:
            if places := by_task.get(term.task):
                yield term, [items[i] for i in places], [responses[i] for i in places]

    def lenient(
        self,
        items: Sequence[Item],
        responses: Responses,
        scores: Sequence[ItemScore],
    ) -> list[ItemScore]:
        """The scores of items with credit for right answers in whatever form."""
        by_key = {score.key: score for score in scores}
        found: list[ItemScore] = []
        for term, asked, answers in self._by_term(items, responses):
            found += term.grader.lenient(asked, answers, [by_key[item.key] for item in asked])
        return found

    def audit(
        self,
        items: Sequence[Item],
        responses: Responses,
        scores: Sequence[ItemScore],
    ) -> dict[str, TaskAudit]:
        """How the answers to each task look, with a control: graded against other items."""
        known = {score.key: score for score in scores}
        counted = [i for i, item in enumerate(items) if known[item.key].weight]
        items, responses = [items[i] for i in counted], [responses[i] for i in counted]
        found = {}
        for term, asked, answers in self._by_term(items, responses):
            values = [known[item.key].value for item in asked]
            found[term.task] = term.grader.audit(asked, answers, values)
        return found

    def require_counting(self, scores: Sequence[ItemScore], split: Split) -> None:
        """Check that each task which matters has an item that counts, once all were scored.

        Raises:
            TrialError: to none of its items an answer was given that the metric counts.
        """
        by_task: dict[str, list[float]] = {}
        for task, _, _, weight in scores:
            by_task.setdefault(task, []).append(weight)
        for term in self.terms:
            own = by_task.get(term.task, ())
            scored = own and len(own) == len(term.items[split])
            if scored and term.matters and not any(own):
                raise TrialError(
                    f"task {term.task}: {term.metric} counts none of its {len(own)} {split} items"
                )

    def task_means(self, scores: Sequence[ItemScore]) -> dict[str, float]:
        """Each task's mean over those of its items that were scored and count."""
        return task_means((term.task for term in self.terms), scores)

    def fitness(self, means: Mapping[str, float]) -> float:
        """The tasks' means in one number; higher is better."""
        return self.aggregate.fitness(means)

    def check(self) -> None:
        """Check that every split has items that count, and that no task unseals another's.

        Raises:
            SplitError: a split is empty, or a test item of one task is a search or validation
                item of another.
        """
        for split in Split:
            if not any(term.weight and term.items[split] for term in self.terms):
                raise SplitError(f"no task with a weight has items for {split}")
        for sealed, other in permutations(self.terms, 2):
            test = {item.id for item in sealed.items[Split.TEST]}
            seen = [i for split in SEEN for i in other.items[split] if i.id in test]
            if seen:
                raise SplitError(
                    f"{len(seen)} test items of {sealed.task} are search or validation items of "
                    f"{other.task}; give both the same shares"
                )

    @property
    def largest_token(self) -> int:
        """The largest token id that is asked."""
        requests = [r for s in Split for item in self._every_item(s) for r in item.requests]
        return max(max(request.every_token) for request in requests)

    @property
    def fingerprint(self) -> str:
        """sha256 over every item, its split, what is asked for it (the tokens themselves) and what
        it hangs together with, and over what judges.
        """
        return fingerprint_of(self.terms, self.units)
