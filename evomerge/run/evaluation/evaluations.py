"""Recipes scored by the workers, each item once: so a run is resumed by running it again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from evomerge.errors import Stopped
from evomerge.ledger import ItemKey, ItemScore, Ledger, Part, Split, State, Trial
from evomerge.run.evaluation.judged import Begun, judged
from evomerge.run.evaluation.offspring import KnownOffspring, Offspring
from evomerge.run.evaluation.results import Results
from evomerge.run.evaluation.split_items import SplitItems
from evomerge.run.evaluation.trials import Trials
from evomerge.score.benchmark import Benchmark
from evomerge.score.items.item import Item
from evomerge.workers.driver import Learnt, carry_out
from evomerge.workers.pool import judging_pool
from evomerge.workers.protocol import Answer, Job, Workers


class Evaluations:
    """Scores recipes, and remembers.

    Args:
        checkpoint: called while waiting; what it raises (a Stopped) ends the run.
    """

    def __init__(
        self, ledger: Ledger, benchmark: Benchmark, checkpoint: Callable[[], None]
    ) -> None:
        self._ledger, self._benchmark, self._checkpoint = ledger, benchmark, checkpoint
        self._split_items: dict[Split, SplitItems] = {}
        self._results: dict[tuple[str, str], Results] = {}
        self._unsearched: dict[tuple[str, str], None] = {}
        self._trials = Trials(ledger)
        self.learnt = Learnt()
        for record in ledger.records(Part, Trial, with_scores=True):
            what = record.what
            if isinstance(what, Part):
                self._results_of(what.digest, what.split).take(what, record.number)
            elif isinstance(what, Trial):
                self._trials.note(what)
        self.known = KnownOffspring({digest for digest, _ in self._results})
        """The recipes that are met, each under the digest that its weights are known by."""

    def on(self, benchmark: Benchmark) -> Evaluations:
        """The same record, for models that are asked the items in another form."""
        other = copy.copy(self)
        other._benchmark, other._split_items = benchmark, {}
        return other

    def results(self, digest: str, split: Split) -> Results:
        """What is known of an offspring on a split."""
        return self._results_of(digest, split.value)

    @property
    def failures(self) -> set[str]:
        """Why offspring could not be scored."""
        return {
            results.failure for results in self._results.values() if results.failure is not None
        }

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
    ) -> None:
        """Have recipes scored on items of a split, leaving out what is known; see :meth:`results`.

        Args:
            items: all items of the split by default.
            admits: asked before each evaluation; the first no ends it.
        """
        for _ in self.scored(offspring, split, workers, items, admits):
            pass

    def scored(
        self,
        offspring: Iterable[Offspring | None],
        split: Split,
        workers: Workers,
        items: Sequence[ItemKey] | None = None,
        admits: Callable[[], bool] = lambda: True,
        in_order: bool = True,
    ) -> Iterator[Offspring]:
        """The same, one after the other: each recipe of which something was unknown, once known.

        Args:
            offspring: the next is taken when a worker is free for it; None where there is none
                until another has been scored. Of equal digests the first is scored.
            in_order: whether they are judged and given in the order of asking, or as they end.
        """
        begun: dict[int, Begun] = {}
        jobs = self._jobs(offspring, split, items, admits, begun)

        def judge(answer: Answer) -> tuple[int, Part]:
            return answer.key, judged(self._benchmark, begun[answer.key], answer)

        try:
            with judging_pool(self._benchmark.judges_concurrently) as pool:
                look, learnt = self._checkpoint, self.learnt
                made = carry_out(workers, jobs, judge, pool, look, learnt, in_order=in_order)
                for key, part in made:
                    self._remember(part, (done := begun.pop(key)).items)
                    yield done.offspring
        except Stopped as stopped:
            lost = [one.offspring for one in begun.values()]
            self._trials.cancel(lost, split, str(stopped))
            raise

    def _jobs(
        self,
        offspring: Iterable[Offspring | None],
        split: Split,
        items: Sequence[ItemKey] | None,
        admits: Callable[[], bool],
        begun: dict[int, Begun],
    ) -> Iterator[Job | None]:
        """A job for each of which something is missing; `begun` is brought up to date by key."""
        met, items_of = set[str](), self._items_of(split)
        keys = items_of.keys if items is None else items
        for number, each in enumerate(offspring):
            if each is None:
                yield None
                continue
            if not each.place:
                self._unsearched[each.digest, split.value] = None
            missing = [] if each.digest in met else self._missing(each, split, keys)
            met.add(each.digest)
            if not missing:
                continue
            if not admits():
                return
            chosen, asked = items_of.places(missing)
            known, prompts = self.scores(each, split), items_of.prompts(chosen)
            begun[number] = Begun(each, split, asked, prompts, known)
            yield Job(number, each.recipe, items_of.requests, chosen, each.digest)

    def score(self, offspring: Sequence[Offspring], split: Split, workers: Workers) -> list[Trial]:
        """Score recipes on all items of a split; those of the same digest once.

        Returns:
            A trial for each recipe, with its item scores.
        """
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
        scores = self.results(offspring.digest, split).scores_of(keys)
        trial = self._trial(offspring, split, scores, means, reason)
        recorded = self._trials.record(trial, offspring)
        self._trials.check_hope()
        return recorded

    def _trial(
        self,
        offspring: Offspring,
        split: Split,
        scores: Sequence[ItemScore],
        means: Mapping[str, float] | None,
        reason: str,
    ) -> Trial:
        """How a trial ended, but for its recipe; see :meth:`conclude`."""
        results = self.results(offspring.digest, split)
        state = State.PRUNED if reason else State.SCORED
        fitness, violation, benchmark = None, 0.0, self._benchmark
        if results.failure is not None:
            state, reason, means = State.FAILED, results.failure, {}
        else:
            means = benchmark.task_means(scores) if means is None else dict(means)
            fitness, violation = benchmark.fitness(means), benchmark.floors.violation(means, split)
        return Trial(
            digest=offspring.digest,
            split=split.value,
            recipe={},
            state=state,
            reason=reason,
            fitness=fitness,
            violation=violation,
            task_means=means,
            items=len(scores),
            scores=scores,
            cost=results.cost_of(results.covered_by(scores)),
            place=self._trials.place(offspring, split),
        )

    def is_complete(self, offspring: Offspring, split: Split) -> bool:
        """Whether nothing is left to ask: all items were scored, or it failed."""
        return not self._missing(offspring, split, self._items_of(split).keys)

    def item_weights(self, split: Split) -> dict[ItemKey, float]:
        """How much each item of a split counts in its task's mean: 1 where nobody was scored.

        Where an answer decides whether an item counts at all, as much as it does for any of the
        models that no search asked for: what candidates answer is known sooner to a resumed run.
        """
        weights: dict[ItemKey, float] = {}
        for digest, name in self._unsearched:
            if name == split:
                for key, score in self._results_of(digest, name).scores.items():
                    weights[key] = max(score.weight, weights.get(key, 0.0))
        return {key: weights.get(key, 1.0) for key in self._items_of(split).keys}

    def _items_of(self, split: Split) -> SplitItems:
        if split not in self._split_items:
            self._split_items[split] = SplitItems.of(self._benchmark.items(split))
        return self._split_items[split]

    def _missing(
        self, offspring: Offspring, split: Split, keys: Sequence[ItemKey]
    ) -> list[ItemKey]:
        results = self.results(offspring.digest, split)
        return results.missing(keys) if results.failure is None else []

    def _remember(self, part: Part, items: Sequence[Item]) -> None:
        questions = self._benchmark.in_words(items) if part.answers else ()
        record = self._ledger.record_part(part, questions)
        self._results_of(part.digest, part.split).take(part, record.number)
