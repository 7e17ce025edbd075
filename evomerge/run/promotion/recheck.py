"""Sealed answers looked at once more: graded again, leniently, and held against companions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evomerge.engine.request import Response, from_plain
from evomerge.errors import TrialError
from evomerge.ledger import WINNER, Flag, ItemsOpened, Model, Split
from evomerge.run.baselines.references import beyond_assumed
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.promotion.comparing import Comparing, Scores
from evomerge.score.audits.gold_flags import Gain, gold_flags
from evomerge.score.benchmark import Benchmark
from evomerge.score.grading.disagreement import disagreements
from evomerge.score.grading.grader import ACCURACY, CONTROL
from evomerge.score.items.item import Item
from evomerge.score.tasks.term import Term
from evomerge.workers.protocol import Workers


@dataclass(frozen=True)
class Answered:
    """A model's answers to the test items, in the form in which it was asked them."""

    benchmark: Benchmark
    evaluations: Evaluations
    offspring: Offspring

    @property
    def scores(self) -> Scores:
        """Its scores, item by item."""
        kept = self.evaluations.results(self.offspring.digest, Split.TEST).scores
        return [kept[item.key] for item in self.benchmark.items(Split.TEST)]

    def lenient(self) -> Scores:
        """The same with credit for right answers in whatever form."""
        items = self.benchmark.items(Split.TEST)
        return self.benchmark.lenient(items, self._answers(items), self.scores)

    def unsteady(self) -> dict[str, str]:
        """By task, what is wrong with whoever does not grade these answers as before."""
        items = self.benchmark.items(Split.TEST)
        judges = {term.task: term.grader.judge for term in self.benchmark.terms}
        counts = {term.task: len(term.items[Split.TEST]) for term in self.benchmark.terms}
        found = {}
        for task in (task for task, count in counts.items() if count):
            asked = [item for item in items if item.task == task]
            try:
                again = self.benchmark.regrade(asked, self._answers(asked))
            except TrialError as error:
                found[task] = f"{judges[task]} cannot grade the same answers again ({error})"
                continue
            before = [score for score in self.scores if score.task == task]
            if differing := disagreements(before, again).get(task):
                found[task] = (
                    f"{judges[task]} grades {differing} of {counts[task]} answers to {task} "
                    "otherwise when it is asked again: what it says depends on time, order or "
                    "chance"
                )
        return found

    def _answers(self, items: Sequence[Item]) -> list[tuple[Response, ...]]:
        kept = self.evaluations.results(self.offspring.digest, Split.TEST).answers
        return [from_plain(kept[item.key]) for item in items]


def unfit_judges(models: Mapping[Model, Answered]) -> list[str]:
    """What is wrong with judges that do not grade the same answers alike, or give scores beyond
    what was assumed: a sentence each.
    """
    found: dict[str, str] = {}
    for answered in models.values():
        for wrong in (beyond_assumed(answered.benchmark, answered.scores), answered.unsteady()):
            found.update({task: why for task, why in wrong.items() if task not in found})
    return [*found.values()]


def lenient_pairs(
    models: Mapping[Model, Answered], rivals: Iterable[Model]
) -> dict[Model, tuple[Scores, Scores]]:
    """The winner's and each rival's scores when graded leniently, where that changes either's."""
    winner = models[WINNER]
    ours = winner.lenient()
    found = {rival: models[rival].lenient() for rival in rivals}
    return {
        rival: (ours, theirs)
        for rival, theirs in found.items()
        if ours != winner.scores or theirs != models[rival].scores
    }


def ask_companions(
    evaluations: Evaluations,
    benchmark: Benchmark,
    models: Mapping[Model, Offspring],
    opened: ItemsOpened,
    workers: Workers,
) -> None:
    """Ask models what gains on the test items are to be held against."""
    companions = _companions(benchmark)
    if companions.terms:
        companions.open_test(opened)
        evaluations.on(companions).ask([*models.values()], Split.TEST, workers)


def _companions(benchmark: Benchmark) -> Benchmark:
    """The companions of all terms, as tasks of weight 0 that have test items alone."""
    terms = [
        Term(
            companion.items[0].task,
            companion.what,
            0.0,
            companion.grader,
            {Split.SEARCH: (), Split.VALIDATION: (), Split.TEST: companion.items},
        )
        for term in benchmark.terms
        for companion in term.companions
    ]
    return Benchmark(terms, benchmark.how, benchmark.units)


def companion_flags(
    comparing: Comparing,
    evaluations: Evaluations,
    winner: Offspring,
    parents: Mapping[Model, Offspring],
) -> list[Flag]:
    """Flags of gains in log-probability over the best parent at it that are no knowledge."""
    found: list[Flag] = []
    for term in comparing.benchmark.terms:
        if not term.companions or not (term.weight or term.floor is not None):
            continue
        names = {CONTROL: f"{term.task} {CONTROL}", ACCURACY: f"{term.task} {ACCURACY}"}
        best = max(parents.values(), key=lambda one: _mean(evaluations, one, term.task))
        gains = {
            what: _gain(comparing, evaluations, winner, best, task)
            for what, task in {"own": term.task, **names}.items()
        }
        own = gains["own"]
        if own is not None:
            found += gold_flags(term.task, own, gains[CONTROL], gains[ACCURACY])
    return found


def _gain(
    comparing: Comparing, evaluations: Evaluations, winner: Offspring, parent: Offspring, task: str
) -> Gain | None:
    ours, theirs = (_of(evaluations, offspring, task) for offspring in (winner, parent))
    both = {score.item for score in ours} & {score.item for score in theirs}
    ours, theirs = ([s for s in scores if s.item in both] for scores in (ours, theirs))
    if not both:
        return None
    difference = comparing.task(ours, theirs, task)
    return Gain(difference.difference, difference.error)


def _mean(evaluations: Evaluations, offspring: Offspring, task: str) -> float:
    scores = _of(evaluations, offspring, task)
    return sum(s.value * s.weight for s in scores) / sum(s.weight for s in scores)


def _of(evaluations: Evaluations, offspring: Offspring, task: str) -> Scores:
    """A model's scores on the items of a task that count for it."""
    kept = evaluations.results(offspring.digest, Split.TEST).scores
    return [score for score in kept.values() if score.task == task and score.weight]
