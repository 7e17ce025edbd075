"""One test of the winner on the sealed items: better than its parents, and no worse elsewhere?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from evomerge.errors import EvomergeError, UserError
from evomerge.ledger import TEST_OPENED, Event, Ledger, Registry
from evomerge.levels import level_of_look
from evomerge.run.baselines import UNIFORM
from evomerge.run.comparing import Comparing, Scores
from evomerge.run.evaluations import Evaluations
from evomerge.run.flags import audit_flags, leak_flags, shipped_flags
from evomerge.run.preflight import Prepared
from evomerge.run.recheck import Answered, ask_companions, companion_flags, unfit_judges
from evomerge.run.references import calibrate, failures
from evomerge.run.sheet import Wanted
from evomerge.run.shipped import Shipped, shipped_forms
from evomerge.run.verdict import RANDOM_SEARCH, WINNER, FloorTest, Opening, Verdict
from evomerge.score.splits import Split
from evomerge.workers.protocol import Workers


@dataclass(frozen=True)
class Promotion:
    """What a winner is tested with.

    Args:
        where: the run's folder.
        make_workers: makes workers for a parent as it was shipped.
        accept_format: whether a gain of format counts.
    """

    prepared: Prepared
    evaluations: Evaluations
    ledger: Ledger
    registry: Registry
    where: str
    make_workers: Callable[[Prepared], Workers]
    accept_format: bool = False

    def promote(self, winner: Wanted, others: Mapping[str, Wanted], workers: Workers) -> Verdict:
        """Open the test items and compare the winner with every other model.

        Args:
            others: by name: each parent, the uniform merge, and what random search found.

        Raises:
            EvomergeError: the winner cannot be scored on the test items.
        """
        opening, event = self._open(winner)
        self.prepared.benchmark.open_test(event)
        parents = {n: w for n, w in others.items() if n not in (UNIFORM, RANDOM_SEARCH)}
        missing = self._score(winner, others, workers)
        forms, unasked = self._score_shipped(parents, event) if not missing else ({}, {})
        digests = {name: form.wanted.digest for name, form in forms.items()}
        if digests and not any(e.data == digests for e in self.ledger.events("shipped")):
            self.ledger.event("shipped", **digests)
        missing = {**missing, **unasked}
        benchmark = self.prepared.benchmark
        if missing:
            trials = {WINNER: self.evaluations.conclude(winner, Split.TEST)}
            return Verdict(opening, (), trials, {}, {}, (), missing)
        rivals = {**parents, **{name: form.wanted for name, form in forms.items()}}
        models = {WINNER: winner, **others, **rivals}
        trials = {n: self._on(forms, n).conclude(w, Split.TEST) for n, w in models.items()}
        answered = {n: self._answered(forms, n, w) for n, w in models.items()}
        ask_companions(self.evaluations, benchmark, {WINNER: winner, **parents}, event, workers)
        scores = {name: trial.scores for name, trial in trials.items()}
        comparing = Comparing(
            benchmark,
            opening.level,
            self.prepared.evolve.seed,
        )
        lenient = {name: answered[name].lenient() for name in (WINNER, *rivals)}
        graded_otherwise = lenient[WINNER] != answered[WINNER].scores
        return Verdict(
            opening,
            sorted(rivals, key=lambda name: trials[name].fitness or 0.0, reverse=True),
            trials,
            comparing.with_each(
                scores[WINNER],
                {name: found for name, found in scores.items() if name != WINNER},
                {
                    name: (lenient[WINNER], lenient[name])
                    for name in rivals
                    if graded_otherwise or lenient[name] != answered[name].scores
                },
            ),
            self._test_floors(comparing, scores, forms, rivals),
            [
                *audit_flags(benchmark, self.evaluations, winner, parents, Split.TEST),
                *shipped_flags(comparing, scores, {n: f.parent for n, f in forms.items()}),
                *companion_flags(comparing, self.evaluations, winner, parents),
                *leak_flags(benchmark),
            ],
            unfit=unfit_judges({n: answered[n] for n in (WINNER, *rivals)}),
            accept_format=self.accept_format,
        )

    def _answered(self, forms: Mapping[str, Shipped], name: str, wanted: Wanted) -> Answered:
        form = forms.get(name)
        benchmark = self.prepared.benchmark if form is None else form.prepared.benchmark
        return Answered(benchmark, self._on(forms, name), wanted)

    def _open(self, winner: Wanted) -> tuple[Opening, Event]:
        """Record the opening, in the registry and in the ledger; once for a winner: a promotion
        that is resumed is the same opening.
        """
        items = self.prepared.benchmark.ids(Split.TEST)
        looks = self.registry.looks(items, besides=winner.digest)
        events = self.ledger.events(TEST_OPENED)
        event = next((e for e in events if e.data["winner"] == winner.digest), None)
        if event is None:
            number = self.registry.open(winner.digest, self.where, items)
            number = max(number, len(events) + 1)
            event = self.ledger.event(TEST_OPENED, winner=winner.digest, opening=number)
        number = event.data["opening"]
        level = level_of_look(self.prepared.evolve.alpha, number)
        path = self.registry.path
        return Opening(number, level, looks, None if path is None else str(path)), event

    def _score(
        self, winner: Wanted, others: Mapping[str, Wanted], workers: Workers
    ) -> dict[str, str]:
        """Score all models on the test items; which of the others cannot be, and why."""
        for wanted in (winner, *others.values()):
            self.evaluations.sheet(wanted.digest, Split.TEST).forgive()
        self.evaluations.ask([winner, *others.values()], Split.TEST, workers)
        if why := self.evaluations.sheet(winner.digest, Split.TEST).failure:
            raise EvomergeError(f"the winner cannot be scored on the test items ({why})")
        missing = failures(self.evaluations, others, Split.TEST)
        if not missing:
            parents = {n: w for n, w in others.items() if n not in (UNIFORM, RANDOM_SEARCH)}
            calibrate(self.evaluations, self.prepared.benchmark, parents, Split.TEST)
        return missing

    def _score_shipped(
        self, parents: Iterable[str], event: Event
    ) -> tuple[dict[str, Shipped], dict[str, str]]:
        """Score the parents as they were shipped, where that is not how the recipe reads them;
        and which cannot be, and why.
        """
        forms: dict[str, Shipped] = {}
        missing: dict[str, str] = {}
        for parent in parents:
            try:
                for form in shipped_forms(self.prepared, parent):
                    form.prepared.benchmark.open_test(event)
                    evaluations = self.evaluations.on(form.prepared.benchmark)
                    evaluations.sheet(form.wanted.digest, Split.TEST).forgive()
                    with self.make_workers(form.prepared) as workers:
                        evaluations.ask([form.wanted], Split.TEST, workers)
                    forms[form.name] = form
                    missing.update(failures(evaluations, {form.name: form.wanted}, Split.TEST))
            except UserError as error:
                missing[f"{parent} as shipped"] = str(error)
        return forms, missing

    def _on(self, forms: Mapping[str, Shipped], name: str) -> Evaluations:
        """The record, for the items as a model was asked them."""
        form = forms.get(name)
        return self.evaluations if form is None else self.evaluations.on(form.prepared.benchmark)

    def _test_floors(
        self,
        comparing: Comparing,
        scores: Mapping[str, Scores],
        forms: Mapping[str, Shipped],
        rivals: Iterable[str],
    ) -> dict[str, FloorTest]:
        """Floors hold all or the winner is refused, so they need no correction (Berger 1982)."""
        tests = {}
        for term in self.prepared.benchmark.terms:
            if term.floor is None or not term.items[Split.TEST]:
                continue
            named = term.floor.against
            against = {
                name: scores[name]
                for name in rivals
                if named in ("best", name) or (name in forms and forms[name].parent == named)
            }
            tests[term.task] = comparing.floor(term, scores[WINNER], against)
        return tests
