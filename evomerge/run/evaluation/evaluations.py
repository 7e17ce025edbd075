"""Recipes scored by the workers, each item once: whatever the ledger holds is not done again.

This is how a run is resumed. It is simply run again, and all that was scored before its end is
found in the ledger.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from evomerge.errors import Stopped
from evomerge.ledger import ItemKey, Ledger, Part, Place, Split, State, Trial
from evomerge.run.evaluation.book import Book
from evomerge.run.evaluation.judged import Begun, judged
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.evaluation.results import Sheet, Wanted
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.workers.driver import carry_out
from evomerge.workers.pool import judging_pool
from evomerge.workers.protocol import Answer, Job, Workers


@dataclass(frozen=True, slots=True)
class _Ended:
    """What is kept in memory of a trial on record."""

    state: State
    fitness: float | None
    place: Place | None

    def says(self, trial: Trial) -> bool:
        """Whether it says of the same items what another one says."""
        alike = (self.state, self.fitness) == (trial.state, trial.fitness)
        return alike and (trial.place is None or self.place is not None)


class Evaluations:
    """Scores recipes, and remembers.

    Args:
        checkpoint: called while waiting; what it raises (a Stopped) ends the run.
    """

    def __init__(
        self, ledger: Ledger, benchmark: Benchmark, checkpoint: Callable[[], None]
    ) -> None:
        self._ledger, self._benchmark, self._checkpoint = ledger, benchmark, checkpoint
        self._books: dict[Split, Book] = {}
        self._sheets: dict[tuple[str, str], Sheet] = {}
        self._unsearched: dict[tuple[str, str], None] = {}
        self._recorded: dict[tuple[str, str, int], list[_Ended]] = {}
        self._places: dict[str, Place] = {}
        for record in ledger.records(Part, Trial, with_scores=True):
            if isinstance(record.what, Part):
                self._sheet(record.what.digest, record.what.split).take(record.what, record.number)
            elif isinstance(record.what, Trial) and record.what.state is not State.CANCELLED:
                self._note(record.what)
        self.offspring = Offspring({digest for digest, _ in self._sheets})
        """The recipes that are met, each under the digest that its weights are known by."""

    def _note(self, trial: Trial) -> None:
        ended = _Ended(trial.state, trial.fitness, trial.place)
        self._recorded.setdefault((trial.digest, trial.split, trial.items), []).append(ended)
        if trial.place is not None:
            self._places.setdefault(trial.digest, trial.place)

    def on(self, benchmark: Benchmark) -> Evaluations:
        """The same record, for models that are asked the items in another form."""
        other = copy.copy(self)
        other._benchmark, other._books = benchmark, {}
        return other

    def sheet(self, digest: str, split: Split) -> Sheet:
        """What is known of an offspring on a split."""
        return self._sheet(digest, split.value)

    @property
    def failures(self) -> set[str]:
        """Why offspring could not be scored."""
        return {sheet.failure for sheet in self._sheets.values() if sheet.failure is not None}

    def _sheet(self, digest: str, split: str) -> Sheet:
        sheet = self._sheets.get((digest, split))
        if sheet is None:
            sheet = self._sheets[digest, split] = Sheet(self._ledger.numbers)
        return sheet

    def ask(
        self,
        wanted: Sequence[Wanted],
        split: Split,
        workers: Workers,
        items: Sequence[ItemKey] | None = None,
        admits: Callable[[], bool] = lambda: True,
    ) -> None:
        """Have recipes scored on items of a split, leaving out what is known; see :meth:`sheet`.

        Args:
            items: all items of the split by default.
            admits: asked before each evaluation; the first no ends it.
        """
        book = self._book(split)
        keys = list(book.index) if items is None else items
        self._unsearched.update({(w.digest, split.value): None for w in wanted if not w.place})
        begun: dict[int, Begun] = {}

        def jobs() -> Iterator[Job]:
            for number, (w, missing) in enumerate(self._incomplete(wanted, split, keys)):
                if not admits():
                    return
                chosen = tuple(book.index[key] for key in missing)
                known = [*self.sheet(w.digest, split).scores.values()]
                asked, prompts = [book.items[i] for i in chosen], book.prompts(chosen)
                begun[number] = Begun(w, split, asked, prompts, known)
                yield Job(number, w.recipe, book.requests, chosen)

        def judge(answer: Answer) -> tuple[int, Part]:
            return answer.key, judged(self._benchmark, begun[answer.key], answer)

        try:
            with judging_pool(self._benchmark.judges_concurrently) as pool:
                for key, part in carry_out(workers, jobs(), judge, pool, self._checkpoint):
                    self._remember(part, begun.pop(key).items)
        except Stopped as stopped:
            for lost in begun.values():
                self._cancel(lost.wanted, split, str(stopped))
            raise

    def score(self, wanted: Sequence[Wanted], split: Split, workers: Workers) -> list[Trial]:
        """Score recipes on all items of a split; those of the same digest once.

        Returns:
            A trial for each recipe, with its item scores.
        """
        self.ask(wanted, split, workers)
        return [self.conclude(w, split) for w in wanted]

    def conclude(
        self,
        wanted: Wanted,
        split: Split,
        means: Mapping[str, float] | None = None,
        items: Sequence[ItemKey] | None = None,
        reason: str = "",
    ) -> Trial:
        """Record how a trial ended, unless that is on record.

        Args:
            means: of each task, estimated; by default those of the items.
            items: those that it was scored on; all that are known by default.
            reason: why it was pruned, if it was.
        """
        sheet, book = self.sheet(wanted.digest, split), self._book(split)
        known = sheet.scores
        keys = [key for key in book.index if key in known] if items is None else [*items]
        scores = [known[key] for key in keys]
        trial = Trial(
            digest=wanted.digest,
            split=split.value,
            recipe={},
            state=State.PRUNED if reason else State.SCORED,
            reason=reason,
            items=len(scores),
            scores=scores,
            cost=sheet.cost_of(sheet.set_of(keys)),
            place=self._place(wanted, split),
        )
        if sheet.failure is not None:
            trial = replace(trial, state=State.FAILED, reason=sheet.failure)
        else:
            benchmark = self._benchmark
            means = benchmark.task_means(scores) if means is None else dict(means)
            fitness, violation = benchmark.fitness(means), benchmark.violation(means, split)
            trial = replace(trial, task_means=means, fitness=fitness, violation=violation)
        for ended in self._recorded.get((wanted.digest, split.value, len(scores)), ()):
            if ended.says(trial):
                return replace(trial, place=ended.place)
        trial = replace(trial, recipe=wanted.recipe.plain())
        self._ledger.record(trial)
        self._note(trial)
        return trial

    def _place(self, wanted: Wanted, split: Split) -> Place | None:
        """Where the search asked for it first, if it was the search."""
        if wanted.place is None or split is not Split.SEARCH:
            return None
        return self._places.get(wanted.digest, wanted.place)

    def is_complete(self, wanted: Wanted, split: Split) -> bool:
        """Whether nothing is left to ask: all items were scored, or it failed."""
        return not self._missing(wanted, split, list(self._book(split).index))

    def item_weights(self, split: Split) -> dict[ItemKey, float]:
        """How much each item of a split counts in its task's mean: 1 where nobody was scored.

        Where an answer decides whether an item counts at all, as much as it does for any of the
        models that no search asked for: what candidates answer is known sooner to a resumed run.
        """
        weights: dict[ItemKey, float] = {}
        for digest, name in self._unsearched:
            if name == split:
                for key, score in self._sheet(digest, name).scores.items():
                    weights[key] = max(score.weight, weights.get(key, 0.0))
        return {key: weights.get(key, 1.0) for key in self._book(split).index}

    def _book(self, split: Split) -> Book:
        if split not in self._books:
            items = self._benchmark.items(split)
            index = {item.key: number for number, item in enumerate(items)}
            self._books[split] = Book(items, [item.requests for item in items], index)
        return self._books[split]

    def _incomplete(
        self, wanted: Sequence[Wanted], split: Split, keys: Sequence[ItemKey]
    ) -> list[tuple[Wanted, list[ItemKey]]]:
        """Those of which something is missing, with what; of equal digests the first."""
        firsts = {w.digest: w for w in reversed(wanted)}
        return [
            (w, missing)
            for w in wanted
            if firsts[w.digest] is w and (missing := self._missing(w, split, keys))
        ]

    def _missing(self, wanted: Wanted, split: Split, keys: Sequence[ItemKey]) -> list[ItemKey]:
        sheet = self.sheet(wanted.digest, split)
        return sheet.missing(keys) if sheet.failure is None else []

    def _remember(self, part: Part, items: Sequence[Item]) -> None:
        questions = self._benchmark.in_words(items) if part.answers else ()
        record = self._ledger.record_part(part, questions)
        self._sheet(part.digest, part.split).take(part, record.number)

    def _cancel(self, wanted: Wanted, split: Split, reason: str) -> None:
        trial = Trial(
            digest=wanted.digest,
            split=split.value,
            recipe=wanted.recipe.plain(),
            state=State.CANCELLED,
            reason=reason,
            place=self._place(wanted, split),
        )
        self._ledger.record(trial)
