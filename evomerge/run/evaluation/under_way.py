"""The evaluations of a run that are under way, and the driver that has them done."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence

from evomerge.ledger import ItemScore, Part, PartAhead, Split
from evomerge.run.evaluation.foreseen import Foreseen, Foresight
from evomerge.run.evaluation.judged import Begun, judged
from evomerge.run.evaluation.offspring import Offspring
from evomerge.workers.driver import Driver
from evomerge.workers.learnt import Learnt
from evomerge.workers.pool import judging_pool
from evomerge.workers.protocol import Answer, Job, Workers

MOST_AHEAD = 1000
"""Parts done ahead that are held in memory; those that were foreseen in vain are the oldest."""
NOWHERE = -1
"""The key of what is not under way."""

Wanted = tuple[str, str, str]
"""Digest, split, and the hash of what is asked in its order, on all of which answers depend."""


class UnderWay:
    """The evaluations that are under way, asked for or foreseen, and those done ahead."""

    def __init__(self) -> None:
        self._driver: Driver[tuple[int, Part]] | None = None
        """Carries them out, as long as there are workers."""
        self._later: Foresight | None = None
        self._numbers = itertools.count()
        self._begun: dict[int, Begun] = {}
        self._keys: dict[Wanted, int] = {}
        """Of what is under way; and of all that was foreseen in vain, so that it is not again."""
        self._asked: set[int] = set()
        self._ahead: dict[Wanted, Part] = {}

    @contextlib.contextmanager
    def driven(
        self,
        workers: Workers,
        concurrent: bool,
        checkpoint: Callable[[], None],
        learnt: Learnt,
        later: Foresight | None,
    ) -> Iterator[Driver[tuple[int, Part]]]:
        """Have one driver carry out all that is asked of some workers.

        Args:
            concurrent: whether answers are judged beside it.
            later: what will probably be asked for in the end; None where nothing is foreseen.
        """
        if self._driver is not None and self._driver.workers is workers:
            yield self._driver
            return
        before = self._driver, self._later  # of other workers, which are used again afterwards
        with contextlib.ExitStack() as stack:
            pool = stack.enter_context(judging_pool(concurrent))
            driver = Driver(workers, self._judge, pool, checkpoint, learnt)
            self._driver, self._later = stack.enter_context(contextlib.closing(driver)), later
            try:
                yield driver
            finally:
                self._driver, self._later = before

    def note(self, ahead: PartAhead) -> None:
        """Note what was done ahead."""
        if len(self._ahead) == MOST_AHEAD:
            del self._ahead[next(iter(self._ahead))]
        wanted = ahead.part.digest, ahead.part.split, ahead.prompts
        self._keys[wanted], self._ahead[wanted] = NOWHERE, ahead.part

    def ask(self, begun: Begun) -> tuple[Part | None, int]:
        """What was done ahead of an evaluation that is asked for, and its key: where it is under
        way, the one that it has there.
        """
        wanted = _wanted(begun)
        part, key = self._ahead.pop(wanted, None), self._keys.get(wanted, NOWHERE)
        if key not in self._begun:
            key = self._keys[wanted] = next(self._numbers)
        self._begun[key] = begun
        self._asked.add(key)
        return part if part is not None and begun.counts_with(part.scores) else None, key

    def foresee(
        self, then: Foresight, missing: Callable[[Foreseen], Begun | None]
    ) -> Callable[[int], Job | None] | None:
        """Gives jobs that will probably be asked for, each once; None where nothing is foreseen.

        Args:
            then: what will probably be asked for next.
            missing: what is left to ask of it.
        """
        if self._later is None:
            return None
        later, looked = self._later, set[tuple[str, Split, int]]()

        def next_job(free: int) -> Job | None:
            for each in itertools.chain(then(), later()):
                what = each.offspring.digest, each.split, id(each.items)
                if free <= each.leaves or what in looked:
                    continue
                looked.add(what)
                begun = missing(each)
                if begun is not None and _wanted(begun) not in self._keys:
                    key = self._keys[_wanted(begun)] = next(self._numbers)
                    self._begun[key] = begun
                    return begun.job(key)
            return None

        return next_job

    def early(self, digest: str, split: Split) -> Sequence[ItemScore]:
        """Scores of an offspring that are there and not on record yet: they wait for others."""
        parts = self._driver.early if self._driver is not None else ()
        return [
            score
            for _, part in parts
            if (part.digest, part.split) == (digest, split)
            for score in part.scores
        ]

    def end(self, key: int) -> tuple[Begun, bool]:
        """An evaluation that has ended, and whether it was asked for."""
        begun, asked = self._begun.pop(key), key in self._asked
        if asked:
            self._asked.remove(key)
            del self._keys[_wanted(begun)]
        return begun, asked

    def stop(self) -> list[Offspring]:
        """The offspring of what was asked for and has not ended: it is given up."""
        lost = [self._begun[key].offspring for key in sorted(self._asked)]
        self._begun.clear()
        self._asked.clear()
        return lost

    def _judge(self, answer: Answer) -> tuple[int, Part]:
        """The key of an evaluation, and the part that its answer is."""
        return answer.key, judged(self._begun[answer.key], answer)


def _wanted(begun: Begun) -> Wanted:
    return begun.offspring.digest, begun.split.value, begun.prompts
