"""Recipes scored by the workers, each item once: so a run is resumed by running it again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace

from evomerge.errors import Stopped
from evomerge.ledger import ItemKey, ItemScore, Ledger, Part, PartAhead, Split, State, Trial
from evomerge.recipe.evolve import KEEP, KeepAnswers
from evomerge.run.evaluation.foreseen import Foreseen, Foresight, nothing
from evomerge.run.evaluation.judged import Begun, left_of
from evomerge.run.evaluation.offspring import KnownOffspring, Offspring
from evomerge.run.evaluation.results import Results, largest_weights
from evomerge.run.evaluation.split_items import SplitItems
from evomerge.run.evaluation.trials import Trials
from evomerge.run.evaluation.under_way import UnderWay
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.score.tasks.term import Term
from evomerge.workers.driver import Driver
from evomerge.workers.learnt import Learnt
from evomerge.workers.protocol import Job, Known, Workers

Checkpoint = Callable[[], None]


class Evaluations:
    """Scores recipes, and remembers.

    Args:
        checkpoint: called while waiting; what it raises (a Stopped) ends the run.
        keep: which answers are.
    """

    def __init__(
        self, ledger: Ledger, benchmark: Benchmark, checkpoint: Checkpoint, keep: KeepAnswers = KEEP
    ) -> None:
        self._ledger, self._benchmark = ledger, benchmark
        self._checkpoint, self._keep = checkpoint, keep
        self._split_items: dict[Split, SplitItems] = {}
        self._results: dict[tuple[str, str], Results] = {}
        self._unsearched: dict[tuple[str, str], None] = {}
        self._trials, self._under_way = Trials(ledger), UnderWay()
        self.foresees = benchmark.judges_concurrently  # idle workers do what will be asked
        self.learnt = Learnt()
        for record in ledger.records(Part, PartAhead, Trial, with_scores=True):
            what = record.what
            if isinstance(what, Part):
                self._results_of(what.digest, what.split).take(what, record.number)
            elif isinstance(what, PartAhead):
                self._under_way.note(what)
            elif isinstance(what, Trial):
                self._trials.note(what)
        self.known = KnownOffspring({digest for digest, _ in self._results})
        """The recipes that are met, under the digests that their weights are known by."""

    def on(self, benchmark: Benchmark, keep: KeepAnswers | None = None) -> Evaluations:
        """The same record, for models that are asked other items, or these in another form."""
        other = copy.copy(self)
        other._keep = keep or self._keep
        other._benchmark, other._split_items, other.foresees = benchmark, {}, False
        return other

    def admit(self, made: Term | None) -> None:
        """Have items that the run has made count in the search; see :meth:`Benchmark.admit`."""
        self._benchmark.admit(made)
        self._split_items.pop(Split.SEARCH, None)

    def results(self, digest: str, split: Split) -> Results:
        """What is known of an offspring on a split."""
        return self._results_of(digest, split.value)

    @property
    def failures(self) -> set[str]:
        """Why offspring could not be scored."""
        return {each.failure for each in self._results.values() if each.failure}

    def scores(self, offspring: Offspring, split: Split) -> list[ItemScore]:
        """Every score that is known of an offspring on a split."""
        return [*self.results(offspring.digest, split).scores.values()]

    def _results_of(self, digest: str, split: str) -> Results:
        results = self._results.get((digest, split))
        if results is None:
            results = self._results[digest, split] = Results(self._ledger.numbers)
        return results

    def ask(
        self,
        offspring: Sequence[Offspring],
        split: Split,
        workers: Workers,
        items: Sequence[ItemKey] | None = None,
        admits: Callable[[], bool] = lambda: True,
        then: Foresight = nothing,
    ) -> None:
        """Have recipes scored on items of a split, but for what is known; see :meth:`scored`."""
        for _ in self.scored(offspring, split, workers, items, admits, then):
            pass

    def driven(
        self, workers: Workers, later: Foresight | None = None
    ) -> AbstractContextManager[Driver[tuple[int, Part]]]:
        """Have one driver carry out all that is asked of some workers, and what is foreseen.

        Args:
            workers: opened; as long as they are.
            later: what will probably be asked for in the end; None: nothing is foreseen.
        """
        concurrent = self._benchmark.judges_concurrently
        return self._under_way.driven(workers, concurrent, self._checkpoint, self.learnt, later)

    def scored(
        self,
        offspring: Iterable[Offspring | None],
        split: Split,
        workers: Workers,
        items: Sequence[ItemKey] | None = None,
        admits: Callable[[], bool] = lambda: True,
        then: Foresight = nothing,
        in_order: bool = True,
    ) -> Iterator[Offspring]:
        """The same, one after the other: each recipe of which something was unknown, once known.

        Args:
            offspring: the next is taken when a worker is free for it; None where there is none
                until another has been scored. Of equal digests the first is scored.
            items: all items of the split by default.
            admits: asked before each evaluation; the first no ends it.
            then: what will probably be asked for next, by what is known so far.
            in_order: whether they are judged and given in the order of asking, or as they end.
        """
        jobs = self._jobs(offspring, split, items, admits)
        with self.driven(workers) as driver:
            try:
                foresee = self._under_way.foresee(then, self._foreseen) if self.foresees else None
                for key, part in driver.carry_out(jobs, foresee, in_order=in_order):
                    done, asked = self._under_way.end(key)
                    if asked:
                        self._remember(part, done.items)
                        yield done.offspring
                    elif part.state is State.SCORED:
                        ahead = PartAhead(part, done.prompts)
                        self._ledger.record(ahead)
                        self._under_way.note(ahead)
            except Stopped as stopped:
                self._trials.cancel(self._under_way.stop(), split, str(stopped))
                raise

    def _jobs(
        self,
        offspring: Iterable[Offspring | None],
        split: Split,
        items: Sequence[ItemKey] | None,
        admits: Callable[[], bool],
    ) -> Iterator[Job | Known[tuple[int, Part]] | None]:
        """A job for each of which something is missing."""
        met = set[str]()
        for each in offspring:
            if each is None:
                yield None
                continue
            if not each.place:
                self._unsearched[each.digest, split.value] = None
            begun = None if each.digest in met else self._missing(each, split, items)
            met.add(each.digest)
            if begun is None:
                continue
            if not admits():
                return
            ahead, key = self._under_way.ask(begun)
            yield begun.job(key) if ahead is None else Known(key, (key, ahead))

    def _foreseen(self, each: Foreseen) -> Begun | None:
        early = self._under_way.early(each.offspring.digest, each.split)
        return self._missing(each.offspring, each.split, each.items, early)

    def values_so_far(self, offspring: Offspring, keys: Sequence[ItemKey]) -> dict[ItemKey, float]:
        """The scores of search items that are known, or are there and wait for those of others."""
        early = self._under_way.early(offspring.digest, Split.SEARCH)
        known = self.results(offspring.digest, Split.SEARCH).values(keys)
        return known | {score.key: score.value for score in early if score.key in {*keys}}

    def score(self, offspring: Sequence[Offspring], split: Split, workers: Workers) -> list[Trial]:
        """Score recipes on all items of a split, those of the same digest once: a trial of each."""
        self.ask(offspring, split, workers)
        return [self.conclude(each, split) for each in offspring]

    def conclude(
        self,
        offspring: Offspring,
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

        Raises:
            EvomergeError: no candidate so far could be scored, and there have been many.
        """
        keys = self._items_of(split).keys if items is None else [*items]
        results = self.results(offspring.digest, split)
        scores = results.scores_of(keys)
        trial = self._trials.of(self._benchmark, offspring, split, results, scores, means, reason)
        recorded = self._trials.record(trial, offspring)
        self._trials.check_hope()
        return recorded

    def is_complete(self, offspring: Offspring, split: Split) -> bool:
        """Whether nothing is left to ask: all items were scored, or it failed."""
        results = self.results(offspring.digest, split)
        return results.failure is not None or not results.missing(self._items_of(split).keys)

    def item_weights(self, split: Split) -> dict[ItemKey, float]:
        """How much each item of a split counts in its task's mean, by the models that no search
        asked for: what candidates answer is known sooner to a resumed run.
        """
        known = [self._results_of(*asked) for asked in self._unsearched if asked[1] == split]
        return largest_weights(known, self._items_of(split).keys)

    def _items_of(self, split: Split) -> SplitItems:
        if split not in self._split_items:
            self._split_items[split] = SplitItems.of(self._benchmark.items(split))
        return self._split_items[split]

    def _missing(
        self,
        offspring: Offspring,
        split: Split,
        keys: Sequence[ItemKey] | None,
        early: Sequence[ItemScore] = (),
    ) -> Begun | None:
        known, items = self.results(offspring.digest, split), self._items_of(split)
        begun = left_of(self._benchmark, offspring, split, items, known, keys, early)
        return begun and replace(begun, keep=self._keep)

    def _remember(self, part: Part, items: Sequence[Item]) -> None:
        questions = self._benchmark.in_words(items) if part.answers else ()
        record = self._ledger.record_part(part, questions)
        self._results_of(part.digest, part.split).take(part, record.number)
