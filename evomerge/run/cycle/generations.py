"""A search by generations: each is asked for, raced, and told as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evomerge.ledger import CycleEnded, State
from evomerge.run.cycle.budget import Allowance
from evomerge.run.cycle.course import NOTHING_NEW, STALE_GENERATIONS, Course
from evomerge.run.cycle.racing import Racing
from evomerge.run.cycle.recorded_search import RecordedSearch
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.watching.watch import RacedGeneration, Watch
from evomerge.workers.protocol import Workers


class Generations:
    """The default: what it comes to does not depend on how many workers there are.

    Args:
        watch: looks at each generation that is complete; None where no rail is on.
        require_unchanged: checks after each generation that what judges is what it was.
    """

    def __init__(
        self,
        recorded: RecordedSearch,
        racing: Racing,
        watch: Watch | None = None,
        require_unchanged: Callable[[], None] = lambda: None,
    ) -> None:
        self._recorded, self._racing, self._watch = recorded, racing, watch
        self._require_unchanged = require_unchanged

    def run(self, workers: Workers, allowance: Allowance, ended: CycleEnded | None) -> Course:
        """Generation after generation, until the allowance is spent.

        Args:
            ended: how it ended in an earlier session, to be repeated.

        Raises:
            Halted: a rail ends it.
            Tampered: what judges has changed.
        """
        generation = stale = 0
        complete = True
        while complete and stale < STALE_GENERATIONS and not self._over:
            if ended is not None and generation == ended.generations:
                break
            complete, fresh = self._generation(generation, workers, allowance, ended)
            generation += 1
            stale = 0 if fresh else stale + 1
        early = self._over or (NOTHING_NEW if stale == STALE_GENERATIONS else None)
        return Course(generation, self._racing.looks, early)

    @property
    def _over(self) -> str | None:
        """Why nothing more is to be found, if there is a reason."""
        return self._racing.exhausted or self._recorded.search.finished()

    def _generation(
        self,
        generation: int,
        workers: Workers,
        allowance: Allowance,
        ended: CycleEnded | None,
    ) -> tuple[bool, bool]:
        """Ask, evaluate, tell. Whether the budget lasted, and whether anything was new."""
        asked = self._recorded.ask()
        offspring = [each.offspring for each in asked]
        fresh = {each.digest for each in offspring} - self._recorded.spent.seen
        admitted = self._admit(offspring, allowance)
        is_last = ended is not None and generation == ended.generations - 1
        raced = self._racing.generation(
            admitted,
            generation,
            self._recorded.search.selects(max(1, len(admitted))),
            workers,
            lambda: ended is None and allowance.in_time,
            ended.looks if ended is not None and is_last else None,
        )
        known = [(each, one) for each, one in zip(admitted, raced, strict=True) if one is not None]
        for each, one in known:
            self._recorded.count(each, one.trial)
        self._require_unchanged()
        complete = len(known) == len(asked) and not self._racing.broken_off
        if complete:
            self._recorded.tell(asked, [one for _, one in known])
            failed = sum(one.trial.state is State.FAILED for _, one in known)
            self._look(generation, admitted, failed, workers)
        return complete, bool(fresh)

    def _look(
        self, number: int, candidates: Sequence[Offspring], failed: int, workers: Workers
    ) -> None:
        if self._watch is not None:
            recorded, best = self._recorded, self._recorded.best()
            evaluated, leader = recorded.spent.evaluations, best[0] if best else None
            generation = RacedGeneration(
                recorded.cycle, number, candidates, failed, evaluated, leader
            )
            self._watch.after(generation, workers)

    def _admit(self, offspring: Sequence[Offspring], allowance: Allowance) -> list[Offspring]:
        """Those that the budget still covers, in the order of asking; a recipe counts once."""
        spent = self._recorded.spent
        evaluations, new = spent.evaluations, set[str]()
        for number, each in enumerate(offspring):
            if each.digest in new or each.digest in spent.seen:
                continue
            if not allowance.covers(evaluations, spent.tokens):
                return list(offspring[:number])
            evaluations += 1
            new.add(each.digest)
        return list(offspring)
