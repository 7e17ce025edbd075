"""A search without generations: a free worker takes the next candidate, each is told at once."""

from __future__ import annotations

from collections.abc import Iterator

from evomerge.ledger import CycleEnded, Split, Told
from evomerge.run.cycle.budget import Allowance
from evomerge.run.cycle.course import NOTHING_NEW, STALE_GENERATIONS, Course
from evomerge.run.cycle.outcomes import Raced
from evomerge.run.cycle.recorded_search import InFlight, RecordedSearch
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.workers.protocol import Workers


class Asynchronous:
    """`schedule: async`: no worker waits for another, and so chance decides the order of tells.

    What was asked and told stands in the ledger in the order in which it happened, and a resumed
    run asks and tells in that order before it goes on.
    """

    def __init__(self, recorded: RecordedSearch, evaluations: Evaluations) -> None:
        self._recorded, self._evaluations = recorded, evaluations
        self._in_flight: dict[int, InFlight] = {}
        """By number in the run."""
        self._generations = self._stale = 0
        self._early: str | None = None

    def run(self, workers: Workers, allowance: Allowance, ended: CycleEnded | None) -> Course:
        """Candidate after candidate, until the allowance is spent and all are told.

        Args:
            ended: how it ended in an earlier session: then nothing is left but to repeat it.
        """
        self._repeat(workers)
        if ended is None:
            offspring = self._next(allowance)
            scored = self._evaluations.scored(offspring, Split.SEARCH, workers, in_order=False)
            for each in scored:
                self._tell_all(each.digest)
        return Course(self._generations, early=self._early)

    def _repeat(self, workers: Workers) -> None:
        """Ask and tell what an earlier session did, in its order."""
        for record in self._recorded.history.of_cycle(self._recorded.cycle):
            if isinstance(record, Told):
                told = self._in_flight[record.candidate]
                # Nothing to do, unless a part of the ledger was lost.
                self._evaluations.ask([told.offspring], Split.SEARCH, workers)
                self._tell(told)
            else:
                self._ask()

    def _next(self, allowance: Allowance) -> Iterator[Offspring | None]:
        """What is to be scored next; None where nothing can be asked for until more is told."""
        for digest, offspring in {e.offspring.digest: e.offspring for e in self._left}.items():
            if self._is_scored(offspring):
                self._tell_all(digest)
            else:
                yield offspring
        while self._may_ask(allowance):
            under_way = self._digests
            asked = self._ask()
            if asked is None:
                yield None
            elif self._is_scored(asked.offspring):
                self._tell(asked)
            elif asked.offspring.digest not in under_way:
                yield asked.offspring

    def _is_scored(self, offspring: Offspring) -> bool:
        return self._evaluations.is_complete(offspring, Split.SEARCH)

    @property
    def _left(self) -> list[InFlight]:
        return [*self._in_flight.values()]

    @property
    def _digests(self) -> set[str]:
        """Of those in flight."""
        return {each.offspring.digest for each in self._in_flight.values()}

    def _may_ask(self, allowance: Allowance) -> bool:
        self._early = self._recorded.search.finished()
        if self._stale >= STALE_GENERATIONS * self._recorded.search.population:
            self._early = NOTHING_NEW
        spent = self._recorded.spent
        begun = spent.evaluations + len(self._digests - spent.seen)
        covered = allowance.in_time and allowance.covers(begun, spent.tokens)
        return covered and self._early is None

    def _ask(self) -> InFlight | None:
        """The next candidate; None where the search waits to be told."""
        asked = next(iter(self._recorded.ask(1)), None)
        if asked is not None:
            digest = asked.offspring.digest
            is_new = digest not in self._recorded.spent.seen and digest not in self._digests
            self._stale = 0 if is_new else self._stale + 1
            self._generations = max(self._generations, asked.candidate.generation + 1)
            self._in_flight[asked.number] = asked
        return asked

    def _tell_all(self, digest: str) -> None:
        """Tell of all in flight that have the same weights."""
        for each in self._left:
            if each.offspring.digest == digest:
                self._tell(each)

    def _tell(self, told: InFlight) -> None:
        del self._in_flight[told.number]
        trial = self._evaluations.conclude(told.offspring, Split.SEARCH)
        self._recorded.count(told.offspring, trial)
        self._recorded.tell([told], [Raced(trial)])
