"""The main job: parents scored, genes searched for, a winner chosen, proved and released."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch

from evomerge.errors import UserError
from evomerge.ledger import (
    RANDOM_SEARCH,
    SEEN,
    FinalistTested,
    Finished,
    Registry,
    Split,
    WinnerChosen,
)
from evomerge.recipe import Budget
from evomerge.report.budget import outside_seconds
from evomerge.report.ending import RANDOM
from evomerge.report.finalists import finalists_of
from evomerge.report.verdict import FinalistChoice, Verdict
from evomerge.report.verdict_json import verdict_to_json
from evomerge.run.auditing.auditor import Auditor
from evomerge.run.baselines.baselines import Baselines
from evomerge.run.baselines.outlook import check_outlook, warn
from evomerge.run.cycle.budget import Allowance, Spent
from evomerge.run.cycle.by_chance import searched_by_chance
from evomerge.run.cycle.cycle import Cycle
from evomerge.run.cycle.gains import Gains
from evomerge.run.cycle.joining import joined, joining
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.foreseen import Foreseen
from evomerge.run.evaluation.offspring import Offspring, on_record
from evomerge.run.folder.finished import Run
from evomerge.run.folder.folder import RunFolder
from evomerge.run.placement import MakeWorkers
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.promotion.promotion import Promotion
from evomerge.run.promotion.release import ReleaseWriter
from evomerge.run.promotion.selection import Selection, select
from evomerge.run.promotion.shipped import check_shipped
from evomerge.run.timing import Timing
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
    ) -> None:
        self._prepared, self._folder = prepared, folder
        self._make_workers = make_workers
        self._registry, self._accept_format, self._anyway = registry, accept_format, anyway
        self._ledger = folder.ledger
        self._timing = Timing(folder)
        self._evaluations = Evaluations(
            self._ledger, prepared.benchmark, checkpoint, prepared.evolve.keep_answers
        )
        self._evaluations.learnt = Learnt(self._timing.meter)
        self._baselines = Baselines(prepared, self._evaluations, self._ledger)
        self._release = ReleaseWriter(folder, self._evaluations, device, asks_release)
        models = self._baselines.models
        self._auditor = Auditor(prepared, models, self._evaluations, self._ledger)
        self._spent = Spent()
        self._gains = Gains(prepared.recipe, self._evaluations, self._ledger)
        self._finalists: list[Offspring] = []
        self._cycle: Cycle | None = None
        """The one that searches."""
        # Nobody pays a judge for answers that may not be needed.
        if any(term.judge is not None for term in prepared.evolve.fitness):
            self._evaluations.foresees = False

    def run(self) -> Run:
        """Go through to the release.

        Raises:
            Stopped: the checkpoint said so, or the ledger cannot be written; resume later.
            RecipeError: nothing can be learnt.
            EvomergeError: nothing could be scored.
        """
        outside_s = outside_seconds(self._ledger.events())
        prepared, cycles = self._prepared, self._prepared.evolve.cycles
        warn(self._ledger, [told for term in prepared.benchmark.terms for told in term.cautions])
        check_shipped(prepared)
        baselines = [*self._baselines.models.values()]
        for number in range(cycles):
            budget = prepared.evolve.budget
            allowance = Allowance(
                budget, (number + 1) / cycles, lambda: self._ledger.active_s - outside_s
            )
            with (
                self._make_workers(prepared) as workers,
                self._evaluations.driven(workers, self._foreseen),
            ):
                self._baselines.score(Split.SEARCH, workers)
                self._check_outlook()
                self._count_baselines()
                self._auditor.begin(workers)
                cycle = Cycle(number, prepared, self._evaluations, self._ledger, self._spent)
                self._cycle = cycle
                cycle.run(workers, allowance)
                self._finalists += cycle.finalists
                cycle.elites = self._auditor.clean(cycle.elites, workers)
                goes_on = cycles > 1 and self._gains.judge(cycle, baselines, workers)
                if not goes_on or number == cycles - 1:
                    winner, verdict = self._prove(prepared, workers)
                    break
            prepared = self._join(prepared, cycle)
        # The workers are gone, and with them what their models took of the memory.
        sha256 = self._release.release(winner, prepared, self._folder.winner, verdict)
        self._ledger.record(*self._timing.facts, Finished(sha256, verdict_to_json(verdict)))
        return Run(self._folder.path, verdict, sha256)

    def _foreseen(self) -> Iterator[Foreseen]:
        """What will probably be asked when the search has ended: who is chosen among on validation
        items.
        """
        if self._cycle is not None:
            for each in [*self._baselines.models.values(), *self._finalists]:
                yield Foreseen(each, Split.VALIDATION, leaves=self._cycle.breadth)
            yield from self._cycle.foreseen()

    def _check_outlook(self) -> None:
        check_outlook(
            self._prepared,
            self._evaluations,
            self._ledger,
            self._baselines.models,
            f"evomerge resume {self._folder.path} --anyway",
            self._anyway,
        )

    def _count_baselines(self) -> None:
        for offspring in self._baselines.models.values():
            results = self._evaluations.results(offspring.digest, Split.SEARCH)
            self._spent.take(offspring.digest, results, results.known)

    def _join(self, prepared: Prepared, cycle: Cycle) -> Prepared:
        """The next cycle's recipe, in which the elites of this one are parents as well."""
        elites = joining(self._prepared.recipe, cycle.elites)
        parents = [self._release.as_parent(elite, prepared) for elite in elites]
        named = {parent.name: elite for parent, elite in zip(parents, elites, strict=True)}
        for name, elite in named.items():
            self._gains.joined(elite, name)
        return prepared.with_parents(joined(self._prepared.recipe, named), parents)

    def _prove(self, prepared: Prepared, workers: Workers) -> tuple[Offspring, Verdict]:
        """Choose by validation, prove on the test items."""
        self._baselines.score(Split.VALIDATION, workers)
        selection = self._select(self._finalists, workers, self._auditor)
        others = dict(self._baselines.models)
        if prepared.evolve.random_search:
            others[RANDOM_SEARCH] = self._search_randomly(workers)
        winner = selection.winner
        chosen = selection.chosen(others)
        self._ledger.record(chosen)
        verdict = self._promotion(prepared).promote(winner, others, workers)
        return winner, replace(verdict, choice=FinalistChoice.of(chosen))

    def _promotion(self, prepared: Prepared) -> Promotion:
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
        offspring = on_record(self._ledger, {digest, *named.values()})
        others = {model: offspring[digest] for model, digest in named.items()}
        finalist, prepared = offspring[digest], self._prepared
        missing = [n for n in finalist.recipe.parent_names if n not in prepared.parents]
        prepared = prepared.with_parents(prepared.recipe, [open_parent(name) for name in missing])
        with self._make_workers(prepared) as workers:
            for split in SEEN:
                self._baselines.score(split, workers)
            verdict = self._promotion(prepared).promote(finalist, others, workers)
        choice = replace(FinalistChoice.of(chosen), finalists=finalists)
        verdict = replace(verdict, finalist=number, choice=choice)
        out = self._folder.finalist(number) if number else self._folder.winner
        sha256 = self._release.release(finalist, prepared, out, verdict)
        tested = FinalistTested if number else Finished
        self._ledger.record(*self._timing.facts, tested(sha256, verdict_to_json(verdict)))
        return Run(self._folder.path, verdict, sha256)

    def _select(
        self, finalists: list[Offspring], workers: Workers, auditor: Auditor | None = None
    ) -> Selection:
        models = self._baselines.models
        return select(self._evaluations, self._prepared, finalists, models, workers, auditor)

    def _search_randomly(self, workers: Workers) -> Offspring:
        """What random search finds with as many candidates as the search has had."""
        prepared = self._prepared.with_parents(searched_by_chance(self._prepared.recipe), ())
        self._cycle = cycle = Cycle(RANDOM, prepared, self._evaluations, self._ledger, Spent())
        budget = Budget(evaluations=max(1, self._spent.evaluations))
        cycle.run(workers, Allowance(budget, 1.0, lambda: 0.0))
        return self._select(cycle.finalists, workers).winner
