"""Generations raced by the workers: sample after sample, until who is best is known well enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from evomerge.ledger import ItemKey, Split, Trial
from evomerge.run.cycle.outcomes import Raced
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.foreseen import Foreseen, Foresight, nothing
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.benchmark import Benchmark
from evomerge.search.order import best_first
from evomerge.search.races.race import Race, final_sizes, race_sizes
from evomerge.search.races.resolution import Resolution
from evomerge.search.races.sample import Sample
from evomerge.search.races.sampling import Items
from evomerge.workers.protocol import Workers

FINAL = 2**31
"""Stands for the generation in the seed of a cycle's last race."""

CUT = "cut: not among the best of its generation"


class Racing:
    """All races of one cycle, and what they have shown of the items.

    Args:
        number: of the cycle, by which chance is counted.
    """

    def __init__(self, prepared: Prepared, evaluations: Evaluations, number: int) -> None:
        self._evaluations, self._benchmark = evaluations, prepared.benchmark
        self._settings = prepared.evolve.race
        self._seed = (prepared.evolve.seed, number + 1)
        self._items = Items(_item_shares(prepared.benchmark, evaluations))
        self._resolution = Resolution(len(self._items))
        self.looks = 0
        """How many samples the last race has compared."""
        self.broken_off = False
        """Whether the last race was ended before it was over."""

    @property
    def exhausted(self) -> str | None:
        """Why there is nothing more to be learnt from the items, if there is not."""
        return self._resolution.reason if self._resolution.exhausted else None

    def generation(
        self,
        offspring: Sequence[Offspring],
        number: int,
        keep: int,
        workers: Workers,
        goes_on: Callable[[], bool],
        looks: int | None = None,
    ) -> list[Raced | None]:
        """Score a generation as far as the best of it need it; None for those left unscored.

        Args:
            keep: how many of them matter to the search.
            goes_on: asked before every evaluation; the first no ends the race where it stands.
            looks: end it after so many, as it ended in an earlier session.
        """
        if not offspring or not self._settings:
            return self._in_full(offspring, workers, goes_on)
        samples = self._sample(race_sizes(len(self._items)), number)
        race = self._run(samples, offspring, keep, workers, goes_on, looks)
        if not self.broken_off:
            self._items.learn(race.scores)
            self._resolution.learn(race)
        return self._conclude(race, samples, offspring)

    def final(self, offspring: Sequence[Offspring], places: int, workers: Workers) -> list[Trial]:
        """The best of all generations, as many as there are places, scored on all items."""
        if self._settings and len(offspring) > places:
            samples = self._sample(final_sizes(len(self._items)), FINAL)
            race = self._run(samples, offspring, places, workers)
            raced = [r.trial for r in self._conclude(race, samples, offspring) if r is not None]
            best = {trial.digest for trial in _ranked(raced)[:places]}
            offspring = [each for each in offspring if each.digest in best]
        return _ranked(self._evaluations.score(offspring, Split.SEARCH, workers))[:places]

    def _in_full(
        self, offspring: Sequence[Offspring], workers: Workers, goes_on: Callable[[], bool]
    ) -> list[Raced | None]:
        self._evaluations.ask(offspring, Split.SEARCH, workers, admits=goes_on)
        return [
            Raced(self._evaluations.conclude(each, Split.SEARCH))
            if self._evaluations.is_complete(each, Split.SEARCH)
            else None
            for each in offspring
        ]

    def _sample(self, sizes: Sequence[int], number: int) -> list[Sample]:
        """Nested samples of the search items, by what each task adds to the fitness just now."""
        aggregate = self._benchmark.aggregate
        shares = _task_shares(self._benchmark)
        slopes = aggregate.gradient(self._items.means)
        factors = {task: slopes.get(task, 0.0) / share for task, share in shares.items()}
        return self._items.sample(sizes, (*self._seed, number), factors)

    def _run(
        self,
        samples: Sequence[Sample],
        offspring: Sequence[Offspring],
        keep: int,
        workers: Workers,
        goes_on: Callable[[], bool] = lambda: True,
        looks: int | None = None,
    ) -> Race:
        assert self._settings
        race = Race(samples, len(offspring), keep, error=self._settings.error)
        self.looks = 0
        while self.looks != looks and (asks := race.asks()):
            running = [offspring[candidate] for candidate in asks]
            items = samples[self.looks].items
            then: Foresight = nothing
            if self.looks + 1 not in (looks, len(samples)):
                then = partial(self._next, race, offspring, asks, samples[self.looks + 1])
            self._evaluations.ask(running, Split.SEARCH, workers, items, goes_on, then)
            found = {c: self._values(offspring[c], keys) for c, keys in asks.items()}
            if any(known is not None and len(known) < len(asks[c]) for c, known in found.items()):
                break
            race.observe(found)
            self.looks += 1
        self.broken_off = not race.over
        return race

    def _next(
        self,
        race: Race,
        offspring: Sequence[Offspring],
        asks: Mapping[int, Sequence[ItemKey]],
        sample: Sample,
    ) -> Iterator[Foreseen]:
        """What is left of the next sample to those that will probably be asked it."""
        values = self._evaluations.values_so_far
        known = {c: values(offspring[c], keys) for c, keys in asks.items()}
        whole = {c: found for c, found in known.items() if len(found) == len(asks[c])}
        for candidate in race.likely(whole):
            yield Foreseen(offspring[candidate], Split.SEARCH, sample.items)

    def _values(self, offspring: Offspring, keys: Sequence[ItemKey]) -> dict[ItemKey, float] | None:
        """What is known of a candidate's scores; None where it failed."""
        results = self._evaluations.results(offspring.digest, Split.SEARCH)
        if results.failure is not None:
            return None
        return results.values(keys)

    def _conclude(
        self, race: Race, samples: Sequence[Sample], offspring: Sequence[Offspring]
    ) -> list[Raced | None]:
        """A trial for each candidate, by what the items that it was scored on let expect."""
        raced: list[Raced | None] = []
        for candidate, each in enumerate(offspring):
            scores = race.scores[candidate]
            failed = self._evaluations.results(each.digest, Split.SEARCH).failure is not None
            if not failed and not self.looks:
                raced.append(None)
                continue
            means: Mapping[str, float] = {}
            error = 0.0
            if not failed:
                last = next(s for s in reversed(samples) if all(key in scores for key in s.items))
                means = last.task_means(scores)
                error = self._error(means, last.task_errors(scores))
            reason = "" if candidate in race.running else CUT
            trial = self._evaluations.conclude(each, Split.SEARCH, means, [*scores], reason)
            raced.append(Raced(trial, error))
        return raced

    def _error(self, means: Mapping[str, float], errors: Mapping[str, float]) -> float:
        """The standard error of a fitness from those of its tasks' means (delta method)."""
        slopes = self._benchmark.aggregate.gradient(means)
        return math.hypot(*(slopes[task] * errors[task] for task in slopes if slopes[task]))


def _task_shares(benchmark: Benchmark) -> dict[str, float]:
    """How much a search looks at each task: as it counts, or has a floor to keep to."""
    counted = [term.weight for term in benchmark.terms if term.weight]
    usual = sum(counted) / len(counted)
    return {
        term.task: term.weight or usual
        for term in benchmark.terms
        if term.items[Split.SEARCH] and (term.weight or term.floor is not None)
    }


def _item_shares(benchmark: Benchmark, evaluations: Evaluations) -> dict[ItemKey, float]:
    """The same of each search item."""
    weights, tasks = evaluations.item_weights(Split.SEARCH), _task_shares(benchmark)
    shares = {}
    for term in benchmark.terms:
        if term.task in tasks:
            items = [item for item in term.items[Split.SEARCH] if weights[item.key]]
            unit = tasks[term.task] / sum(weights[item.key] for item in items)
            shares.update({item.key: unit * weights[item.key] for item in items})
    return shares


def _ranked(trials: Sequence[Trial]) -> list[Trial]:
    """Those that were scored, best first; of equals the one named first."""
    return best_first([trial for trial in trials if trial.fitness is not None])
