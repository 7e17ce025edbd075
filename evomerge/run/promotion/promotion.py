"""One test of the winner on the sealed items: better than its parents, and no worse elsewhere?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from evomerge.errors import EvomergeError, UserError
from evomerge.ledger import WINNER, ItemsOpened, Ledger, Model, Named, Registry, ShippedNamed, Split
from evomerge.levels import level_of_look
from evomerge.report.verdict import FloorTest, Opening, Verdict
from evomerge.run.auditing.auditor import Auditor
from evomerge.run.baselines.references import calibrate, failures
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.promotion.comparing import Comparing, Scores
from evomerge.run.promotion.evidence import Evidence
from evomerge.run.promotion.flags import audit_flags, leak_flags, shipped_flags
from evomerge.run.promotion.recheck import (
    Answered,
    ask_companions,
    companion_flags,
    lenient_pairs,
    unfit_judges,
)
from evomerge.run.promotion.shipped import Shipped, shipped_forms
from evomerge.workers.protocol import Workers


@dataclass(frozen=True)
class Promotion:
    """What a winner is tested with.

    Args:
        where: the run's folder.
        make_workers: makes workers for a parent as it was shipped.
        accept_format: whether a gain of format counts.
        auditor: of the recipe's constitution; None where it has none.
    """

    prepared: Prepared
    evaluations: Evaluations
    ledger: Ledger
    registry: Registry
    where: str
    make_workers: Callable[[Prepared], Workers]
    accept_format: bool = False
    auditor: Auditor | None = None

    def promote(
        self, winner: Offspring, others: Mapping[Model, Offspring], workers: Workers
    ) -> Verdict:
        """Open the test items and compare the winner with every other model.

        Args:
            others: each parent, the uniform merge, and what random search found.

        Raises:
            EvomergeError: the winner cannot be scored on the test items.
        """
        return self.gather(winner, others, workers).verdict

    def gather(
        self, winner: Offspring, others: Mapping[Model, Offspring], workers: Workers
    ) -> Evidence:
        """Open the test items and find what they say of the winner and of every other model."""
        opening, opened = self._open(winner)
        self.prepared.benchmark.open_test(opened)
        parents = {m: each for m, each in others.items() if m.is_parent}
        missing = self._score(winner, others, workers)
        forms, unasked = self._score_shipped(parents, opened) if not missing else ({}, {})
        shipped = ShippedNamed(tuple(Named(m, form.offspring.digest) for m, form in forms.items()))
        if forms and shipped not in self.ledger.all_of(ShippedNamed):
            self.ledger.record(shipped)
        missing = {**missing, **unasked}
        if missing:
            trials = {WINNER: self.evaluations.conclude(winner, Split.TEST)}
            return Evidence(opening, trials, missing=missing)
        return self._evidence(opening, opened, winner, others, forms, workers)

    def _evidence(
        self,
        opening: Opening,
        opened: ItemsOpened,
        winner: Offspring,
        others: Mapping[Model, Offspring],
        forms: Mapping[Model, Shipped],
        workers: Workers,
    ) -> Evidence:
        """What the scores of all models say, once all are there."""
        benchmark = self.prepared.benchmark
        parents = {m: each for m, each in others.items() if m.is_parent}
        rivals = {**parents, **{model: form.offspring for model, form in forms.items()}}
        models = {WINNER: winner, **others, **rivals}
        trials = {n: self._on(forms, n).conclude(each, Split.TEST) for n, each in models.items()}
        answered = {n: self._answered(forms, n, each) for n, each in models.items()}
        ask_companions(self.evaluations, benchmark, {WINNER: winner, **parents}, opened, workers)
        scores = {name: trial.scores for name, trial in trials.items()}
        comparing = Comparing(benchmark, opening.level, self.prepared.evolve.seed)
        compared = {name: found for name, found in scores.items() if name != WINNER}
        return Evidence(
            opening,
            trials,
            sorted(rivals, key=lambda name: trials[name].fitness or 0.0, reverse=True),
            comparing.with_each(scores[WINNER], compared, lenient_pairs(answered, rivals)),
            self._test_floors(comparing, scores, forms, rivals),
            [
                *audit_flags(benchmark, self.evaluations, winner, parents, Split.TEST),
                *shipped_flags(comparing, scores, {m: f.parent for m, f in forms.items()}),
                *companion_flags(comparing, self.evaluations, winner, parents),
                *leak_flags(benchmark),
            ],
            unfit=unfit_judges({n: answered[n] for n in (WINNER, *rivals)}),
            accept_format=self.accept_format,
            constitution=None
            if self.auditor is None
            else self.auditor.test(winner, opening.level, workers),
        )

    def _answered(
        self, forms: Mapping[Model, Shipped], model: Model, offspring: Offspring
    ) -> Answered:
        form = forms.get(model)
        benchmark = self.prepared.benchmark if form is None else form.prepared.benchmark
        return Answered(benchmark, self._on(forms, model), offspring)

    def _open(self, winner: Offspring) -> tuple[Opening, ItemsOpened]:
        """Record the opening, in the registry and in the ledger; once for a winner: a promotion
        that is resumed is the same opening.
        """
        items = self.prepared.benchmark.ids(Split.TEST)
        looks = self.registry.looks(items, besides=winner.digest)
        before = self.ledger.all_of(ItemsOpened)
        opened = next((one for one in before if one.winner == winner.digest), None)
        if opened is None:
            number = self.registry.open(winner.digest, self.where, items)
            opened = ItemsOpened(winner.digest, max(number, len(before) + 1))
            self.ledger.record(opened)
        level = level_of_look(self.prepared.evolve.alpha, opened.opening)
        path = self.registry.path
        where = None if path is None else str(path)
        return Opening(opened.opening, level, looks, where), opened

    def _score(
        self, winner: Offspring, others: Mapping[Model, Offspring], workers: Workers
    ) -> dict[str, str]:
        """Score all models on the test items; which of the others cannot be, and why."""
        for offspring in (winner, *others.values()):
            self.evaluations.results(offspring.digest, Split.TEST).forgive()
        self.evaluations.ask([winner, *others.values()], Split.TEST, workers)
        if why := self.evaluations.results(winner.digest, Split.TEST).failure:
            raise EvomergeError(f"the winner cannot be scored on the test items ({why})")
        missing = failures(self.evaluations, others, Split.TEST)
        if not missing:
            calibrate(self.evaluations, self.prepared.benchmark, others, Split.TEST)
        return missing

    def _score_shipped(
        self, parents: Iterable[Model], opened: ItemsOpened
    ) -> tuple[dict[Model, Shipped], dict[str, str]]:
        """Score the parents as they were shipped, where that is not how the recipe reads them;
        and which cannot be, and why.
        """
        forms: dict[Model, Shipped] = {}
        missing: dict[str, str] = {}
        for parent in parents:
            try:
                for form in shipped_forms(self.prepared, parent):
                    form.prepared.benchmark.open_test(opened)
                    evaluations = self.evaluations.on(form.prepared.benchmark)
                    evaluations.results(form.offspring.digest, Split.TEST).forgive()
                    with self.make_workers(form.prepared) as workers:
                        evaluations.ask([form.offspring], Split.TEST, workers)
                    forms[form.model] = form
                    missing.update(failures(evaluations, {form.model: form.offspring}, Split.TEST))
            except UserError as error:
                missing[f"{parent.label} as shipped"] = str(error)
        return forms, missing

    def _on(self, forms: Mapping[Model, Shipped], model: Model) -> Evaluations:
        """The record, for the items as a model was asked them."""
        form = forms.get(model)
        return self.evaluations if form is None else self.evaluations.on(form.prepared.benchmark)

    def _test_floors(
        self,
        comparing: Comparing,
        scores: Mapping[Model, Scores],
        forms: Mapping[Model, Shipped],
        rivals: Iterable[Model],
    ) -> dict[str, FloorTest]:
        """Floors hold all or the winner is refused, so they need no correction (Berger 1982)."""
        tests = {}
        for term in self.prepared.benchmark.terms:
            if term.floor is None or not term.items[Split.TEST]:
                continue
            named = term.floor.against
            against = {
                rival: scores[rival]
                for rival in rivals
                if named in ("best", (forms[rival].parent if rival in forms else rival).name)
            }
            tests[term.task] = comparing.floor(term, scores[WINNER], against)
        return tests
