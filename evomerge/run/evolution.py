"""The main job: parents scored, genes searched for, a winner chosen, proved and released."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch

from evomerge.errors import UserError
from evomerge.ledger import (
    RANDOM_SEARCH,
    SEEN,
    FinalistTested,
    Finished,
    Model,
    Registry,
    Split,
    WinnerChosen,
)
from evomerge.recipe import Budget
from evomerge.report.budget import outside_seconds
from evomerge.report.finalists import finalists_of
from evomerge.report.verdict import FinalistChoice, Verdict
from evomerge.report.verdict_json import verdict_to_json
from evomerge.run.auditing.auditor import Auditor
from evomerge.run.baselines.baselines import Baselines
from evomerge.run.baselines.outlook import check_outlook, warn
from evomerge.run.compared import Compared
from evomerge.run.cycle.arm import SEARCH, Arm
from evomerge.run.cycle.budget import Spent
from evomerge.run.cycle.cycles import Cycles
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring, on_record
from evomerge.run.folder.finished import Run
from evomerge.run.folder.folder import RunFolder
from evomerge.run.folder.moved import named_here
from evomerge.run.loop.loop import Loop
from evomerge.run.placement import MakeWorkers
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.promotion.promotion import Promotion
from evomerge.run.promotion.release import ReleaseWriter
from evomerge.run.promotion.selection import select
from evomerge.run.promotion.shipped import check_shipped
from evomerge.run.timing import Timing
from evomerge.run.watching.watch import watch_of
from evomerge.weights import open_parent
from evomerge.workers.learnt import Learnt
from evomerge.workers.protocol import Workers


class Evolution:
    """One run, from wherever its ledger says it is to its end.

    Args:
        prepared: the recipe, checked.
        folder: open for this run.
        make_workers: makes the workers of each cycle.
        device: where models are merged that are written out.
        checkpoint: called at safe moments; what it raises (a Stopped) ends the run.
        registry: where openings are counted beyond this run.
        accept_format: whether a gain of format counts.
        anyway: whether to search where nothing can be learnt.
        asks_release: whether the winner's folder is asked what the winner was, before it has its
            name. Not where answers come from no model, as in simulations.
        require_unchanged: checks that what judges is what it was; what it raises ends the run.
        glance: the same at less cost, after each generation.
    """

    def __init__(
        self,
        prepared: Prepared,
        folder: RunFolder,
        make_workers: MakeWorkers,
        device: torch.device,
        checkpoint: Callable[[], None],
        registry: Registry,
        *,
        accept_format: bool = False,
        anyway: bool = False,
        asks_release: bool = True,
        require_unchanged: Callable[[], None] = lambda: None,
        glance: Callable[[], None] = lambda: None,
    ) -> None:
        self._require_unchanged, self._glance = require_unchanged, glance
        self._prepared, self._folder = prepared, folder
        self._make_workers = make_workers
        self._registry, self._accept_format, self._anyway = registry, accept_format, anyway
        self._ledger = folder.ledger
        self._timing = Timing(folder)
        kept = prepared.evolve.kept_answers
        self._evaluations = Evaluations(self._ledger, prepared.benchmark, checkpoint, kept)
        self._evaluations.learnt = Learnt(self._timing.meter)
        self._baselines = Baselines(prepared, self._evaluations, self._ledger)
        models = self._baselines.models
        self._auditor = Auditor(prepared, models, self._evaluations, self._ledger)
        self._watch = watch_of(prepared, self._evaluations, self._baselines, folder, self._auditor)
        self._release = ReleaseWriter(folder, self._evaluations, device, asks_release)
        self._checkpoint = checkpoint
        self._controls: dict[Model, Offspring] = {}
        self._compared = Compared(prepared, self._evaluations, self._ledger, self._baselines)
        # Nobody pays a judge for answers that may not be needed.
        if any(term.judge is not None for term in prepared.evolve.fitness):
            self._evaluations.foresees = False

    def run(self) -> Run:
        """Go through to the release.

        Raises:
            Stopped: the checkpoint or a rail said so, or the ledger cannot be written.
            RecipeError: nothing can be learnt.
            EvomergeError: nothing could be scored.
        """
        prepared = self._prepared
        warn(self._ledger, [told for term in prepared.benchmark.terms for told in term.cautions])
        check_shipped(prepared)
        outside_s = outside_seconds(self._ledger.events())
        budget = prepared.evolve.budget
        self._searched = self._cycles(SEARCH, budget, lambda: self._ledger.active_s - outside_s)
        if prepared.evolve.controls:
            prepared = self._searched.run(lambda prepared, _: prepared)
            count = self._searched.spent.evaluations
            prepared, self._controls = self._compared.controls(prepared, count, self._cycles)
            with self._make_workers(prepared) as workers, self._evaluations.driven(workers):
                winner, verdict = self._prove(prepared, workers)
        else:
            prepared, winner, verdict = self._searched.run(
                lambda prepared, workers: (prepared, *self._prove(prepared, workers))
            )
        # The workers are gone, and with them what their models took of the memory.
        return self._written(winner, prepared, verdict)

    def _written(self, tested: Offspring, prepared: Prepared, verdict: Verdict) -> Run:
        """Write the winner out, or a finalist that was tested after it, and have it on record."""
        self._require_unchanged()
        number = verdict.finalist
        sha256 = self._release.write(tested, prepared, verdict)
        kind = FinalistTested if number else Finished
        fact = kind(sha256, verdict_to_json(verdict))
        waiting = self._release.waiting(prepared, verdict)
        self._ledger.record(*self._timing.facts, fact, *waiting)
        return Run(self._folder.path, verdict, sha256, bool(waiting))

    def _cycles(
        self, arm: Arm, budget: Budget, elapsed: Callable[[], float] = lambda: 0.0
    ) -> Cycles:
        """What searches in one of the ways that are compared."""
        loop = Loop(self._prepared, self._folder, self._make_workers, self._checkpoint, arm)
        return Cycles(
            arm,
            self._prepared,
            budget,
            elapsed,
            self._evaluations,
            self._ledger,
            self._baselines,
            self._begun,
            self._release,
            self._make_workers,
            self._auditor.clean,
            self._auditor.corrections,
            loop,
            self._glance,
            self._watch,
        )

    def _begun(self, spent: Spent, workers: Workers) -> None:
        """Parents are scored, and a cycle is to search."""
        self._check_outlook()
        self._auditor.begin(workers)
        for offspring in self._baselines.models.values():
            results = self._evaluations.results(offspring.digest, Split.SEARCH)
            spent.take(offspring.digest, results, results.known)

    def _check_outlook(self) -> None:
        check_outlook(
            self._prepared,
            self._evaluations,
            self._ledger,
            self._baselines.models,
            f"evomerge resume {self._folder.path} --anyway",
            self._anyway,
        )

    def _prove(self, prepared: Prepared, workers: Workers) -> tuple[Offspring, Verdict]:
        """Choose by validation, prove on the test items."""
        self._baselines.score(Split.VALIDATION, workers)
        models, finalists = self._baselines.models, self._searched.finalists
        selection = select(
            self._evaluations, self._prepared, finalists, models, workers, self._auditor
        )
        others = {**models, **self._controls}
        if prepared.evolve.random_search:
            count = self._searched.spent.evaluations
            others[RANDOM_SEARCH] = self._compared.at_random(count, workers)
        winner, chosen = selection.winner, selection.chosen(others)
        self._ledger.record(chosen)
        verdict = self._promotion(prepared).promote(winner, others, workers)
        return winner, replace(verdict, choice=FinalistChoice.of(chosen))

    def _promotion(self, prepared: Prepared) -> Promotion:
        """What a winner is tested with, which nothing has changed since the session began."""
        self._require_unchanged()
        return Promotion(
            prepared,
            self._evaluations,
            self._ledger,
            self._registry,
            str(self._folder.path),
            self._make_workers,
            self._accept_format,
            self._auditor,
        )

    def promote_finalist(self, number: int) -> Run:
        """Test a finalist of a finished run: the test items are opened once more for another one.

        Args:
            number: its place by validation; 0 is the winner, tested again on the same opening.

        Raises:
            UserError: there is no such finalist.
        """
        chosen = self._ledger.all_of(WinnerChosen)[-1]
        finalists = finalists_of(self._ledger.events())
        last = len(finalists) - 1
        if not 0 <= number <= last:
            raise UserError(f"finalist {number}: the run has 0, its winner, to {last}")
        digest = finalists[number].digest
        named = {named.model: named.digest for named in chosen.against}
        offspring = {
            known: Offspring(named_here(one.recipe, self._folder), known)
            for known, one in on_record(self._ledger, {digest, *named.values()}).items()
        }
        others = {model: offspring[digest] for model, digest in named.items()}
        finalist, prepared = offspring[digest], self._prepared
        missing = [n for n in finalist.recipe.parent_names if n not in prepared.parents]
        prepared = prepared.with_parents(prepared.recipe, [open_parent(name) for name in missing])
        if prepared.digest(finalist.recipe) != digest:
            raise UserError(
                f"finalist {number}: a model that it is made of has changed since; bring back "
                f"{', '.join(missing)} as it was"
            )
        with self._make_workers(prepared) as workers:
            for split in SEEN:
                self._baselines.score(split, workers)
            verdict = self._promotion(prepared).promote(finalist, others, workers)
        choice = replace(FinalistChoice.of(chosen), finalists=finalists)
        verdict = replace(verdict, finalist=number, choice=choice)
        return self._written(finalist, prepared, verdict)
