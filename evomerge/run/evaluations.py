"""Recipes scored by the workers, each once: whatever the ledger holds is not done again.

This is how a run is resumed. It is simply run again, and all that was scored before its end is
found in the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evomerge.errors import Stopped, TrialError
from evomerge.ledger import Ledger, Place, State, Trial
from evomerge.recipe import Recipe
from evomerge.score.benchmark import Benchmark
from evomerge.score.item import Item
from evomerge.score.splits import Split
from evomerge.workers.protocol import Answer, Job, Workers


@dataclass(frozen=True)
class Wanted:
    """A recipe to be scored."""

    recipe: Recipe
    digest: str
    place: Place | None = None


class Evaluations:
    """Scores recipes, and remembers.

    Args:
        checkpoint: called while waiting; what it raises (a Stopped) ends the run.
    """

    def __init__(
        self, ledger: Ledger, benchmark: Benchmark, checkpoint: Callable[[], None]
    ) -> None:
        self._ledger, self._benchmark, self._checkpoint = ledger, benchmark, checkpoint
        self._requests: dict[Split, tuple[list[Item], list[tuple[object, ...]]]] = {}
        self.known = {
            (trial.digest, trial.split): trial
            for trial in ledger.trials(with_scores=True)
            if trial.state is not State.CANCELLED
        }

    def score(
        self,
        wanted: Sequence[Wanted],
        split: Split,
        workers: Workers,
        admits: Callable[[int, int], bool] = lambda begun, tokens: True,
    ) -> list[Trial | None]:
        """Score recipes on a split; those of the same digest once.

        Args:
            admits: asked before each evaluation, with how many this call has begun and how many
                tokens those took that have ended; the first no ends it.

        Returns:
            A trial for each recipe; None for those that were not admitted.
        """
        items, requests = self._items(split)
        todo = {w.digest: w for w in reversed(wanted) if (w.digest, split) not in self.known}
        queue = [w for w in wanted if todo.get(w.digest) is w]
        under_way: dict[int, Wanted] = {}
        begun = tokens = 0
        try:
            while queue or under_way:
                while queue and len(under_way) < workers.capacity and admits(begun, tokens):
                    under_way[begun] = queue.pop(0)
                    workers.submit(Job(begun, under_way[begun].recipe, requests))  # type: ignore[arg-type]
                    begun += 1
                if not under_way:
                    break
                answer = workers.collect(self._checkpoint)
                trial = self._trial(under_way.pop(answer.key), split, answer, items)
                self._remember(trial)
                tokens += trial.cost.tokens
        except Stopped as stopped:
            for lost in under_way.values():
                self._ledger.record(_cancelled(lost, split, str(stopped)))
            raise
        return [self.known.get((w.digest, split)) for w in wanted]

    def _items(self, split: Split) -> tuple[list[Item], list[tuple[object, ...]]]:
        """A split's items and their requests, the same objects each time."""
        if split not in self._requests:
            items = self._benchmark.items(split)
            self._requests[split] = (items, [item.requests for item in items])
        return self._requests[split]

    def _remember(self, trial: Trial) -> None:
        self._ledger.record(trial)
        self.known[trial.digest, trial.split] = trial

    def _trial(self, wanted: Wanted, split: Split, answer: Answer, items: list[Item]) -> Trial:
        trial = Trial(
            digest=wanted.digest,
            split=split.value,
            recipe=wanted.recipe.plain(),
            state=answer.state,
            reason=answer.reason,
            cost=answer.cost,
            worker=answer.worker,
            place=wanted.place,
        )
        if answer.state is not State.SCORED:
            return trial
        try:
            scores = self._benchmark.grade(items, answer.responses)
        except TrialError as error:
            return replace(trial, state=State.FAILED, reason=str(error))
        means = self._benchmark.task_means(scores)
        fitness = self._benchmark.fitness(means)
        return replace(trial, scores=scores, task_means=means, fitness=fitness)


def _cancelled(wanted: Wanted, split: Split, reason: str) -> Trial:
    return Trial(
        digest=wanted.digest,
        split=split.value,
        recipe=wanted.recipe.plain(),
        state=State.CANCELLED,
        reason=reason,
        place=wanted.place,
    )
