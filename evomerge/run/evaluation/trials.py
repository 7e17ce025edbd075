"""How offspring ended on the splits that they were scored on: each ending recorded once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evomerge.errors import EvomergeError
from evomerge.ledger import ItemScore, Ledger, Place, Split, State, Trial
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.evaluation.results import Results
from evomerge.score.benchmark import Benchmark

HOPELESS = 20
"""Candidates of which none could be scored, after which a search has nothing to learn from."""


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


class Trials:
    """The trials that stand in a ledger, and those that join them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._recorded: dict[tuple[str, str, int], list[_Ended]] = {}
        self._places: dict[str, Place] = {}
        self._failures: Counter[str] | None = Counter()
        """Why candidates failed; None since one of them could be scored."""

    def note(self, trial: Trial) -> None:
        """Take note of a trial on record; one that was cancelled ended nowhere."""
        if trial.state is State.CANCELLED:
            return
        ended = _Ended(trial.state, trial.fitness, trial.place)
        self._recorded.setdefault((trial.digest, trial.split, trial.items), []).append(ended)
        if trial.place is not None:
            self._places.setdefault(trial.digest, trial.place)
            if trial.state is not State.FAILED:
                self._failures = None
            elif self._failures is not None:
                self._failures[trial.reason] += 1

    def check_hope(self) -> None:
        """See whether a search has anything to learn from.

        Raises:
            EvomergeError: its first candidates all failed.
        """
        if self._failures is not None and self._failures.total() >= HOPELESS:
            reason, count = self._failures.most_common(1)[0]
            raise EvomergeError(
                f"none of the first {self._failures.total()} candidates could be scored, {count} "
                f"of them for one reason: {reason}. They stay failed in this run: mend that and "
                "begin another one"
            )

    def place(self, offspring: Offspring, split: Split) -> Place | None:
        """Where the search asked for it first, if it was the search."""
        if offspring.place is None or split is not Split.SEARCH:
            return None
        return self._places.get(offspring.digest, offspring.place)

    def of(
        self,
        benchmark: Benchmark,
        offspring: Offspring,
        split: Split,
        results: Results,
        scores: Sequence[ItemScore],
        means: Mapping[str, float] | None,
        reason: str,
    ) -> Trial:
        """How a trial ended, but for its recipe.

        Args:
            results: what is known of the offspring on the split.
            scores: those of it that count.
            means: of each task, estimated; those of the scores by default.
            reason: why it was pruned, if it was.
        """
        state = State.PRUNED if reason else State.SCORED
        fitness, violation = None, 0.0
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
            place=self.place(offspring, split),
        )

    def record(self, trial: Trial, offspring: Offspring) -> Trial:
        """Record how a trial ended, unless that is on record.

        Args:
            trial: without its recipe, which is that of the offspring.

        Returns:
            The trial as it is on record.
        """
        for ended in self._recorded.get((trial.digest, trial.split, trial.items), ()):
            if ended.says(trial):
                return replace(trial, place=ended.place)
        trial = replace(trial, recipe=offspring.recipe.plain())
        self._ledger.record(trial)
        self.note(trial)
        return trial

    def cancel(self, lost: Sequence[Offspring], split: Split, reason: str) -> None:
        """Record that offspring were being scored when the run was stopped."""
        for offspring in lost:
            trial = Trial(
                digest=offspring.digest,
                split=split.value,
                recipe=offspring.recipe.plain(),
                state=State.CANCELLED,
                reason=reason,
                place=self.place(offspring, split),
            )
            self._ledger.record(trial)
