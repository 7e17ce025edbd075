"""The main job: parents scored, genes searched for, a winner chosen, proved and released."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from evomerge.errors import NoRoomError, Stopped, UserError
from evomerge.ledger import Registry
from evomerge.merge.merging import write_model
from evomerge.recipe import Budget, Recipe, recipe_from
from evomerge.run.account import write_account
from evomerge.run.baselines import Baselines
from evomerge.run.budget import Allowance, Spent
from evomerge.run.cycle import Cycle
from evomerge.run.ending import RANDOM, endings
from evomerge.run.evaluations import Evaluations
from evomerge.run.extension import outside_seconds
from evomerge.run.folder import RunFolder
from evomerge.run.outlook import check_outlook, warn
from evomerge.run.preflight import Prepared
from evomerge.run.promotion import Promotion
from evomerge.run.released import verifier
from evomerge.run.selection import Selection, select
from evomerge.run.sheet import Wanted
from evomerge.run.shipped import check_shipped
from evomerge.run.verdict import RANDOM_SEARCH
from evomerge.score.splits import SEEN, Split
from evomerge.search.algorithms import ALGORITHMS, kind_of
from evomerge.weights import Parent, open_parent
from evomerge.workers.protocol import Workers

MakeWorkers = Callable[[Prepared], Workers]
"""Makes the workers for a recipe and its parents; called once a cycle."""


@dataclass(frozen=True)
class Result:
    """What a finished run came to."""

    winner: Wanted
    verdict: Mapping[str, Any]
    weights_sha256: str


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
        self._asks_release = asks_release
        self._prepared, self._folder, self._device = prepared, folder, device
        self._make_workers = make_workers
        self._registry, self._accept_format, self._anyway = registry, accept_format, anyway
        self._ledger = folder.ledger
        self._evaluations = Evaluations(self._ledger, prepared.benchmark, checkpoint)
        self._baselines = Baselines(prepared, self._evaluations, self._ledger)
        self._spent = Spent()
        self._finalists: list[Wanted] = []

    def run(self) -> Result:
        """Go through to the release.

        Raises:
            Stopped: the checkpoint said so, or the ledger cannot be written; resume later.
            RecipeError: nothing can be learnt.
            EvomergeError: nothing could be scored.
        """
        searched_s = self._ledger.active_seconds() - outside_seconds(self._ledger.events())
        began = time.monotonic() - searched_s
        prepared, cycles = self._prepared, self._prepared.evolve.cycles
        warn(self._ledger, [told for term in prepared.benchmark.terms for told in term.cautions])
        check_shipped(prepared)
        for number in range(cycles):
            budget = prepared.evolve.budget
            allowance = Allowance(budget, (number + 1) / cycles, lambda: time.monotonic() - began)
            with self._make_workers(prepared) as workers:
                self._baselines.score(Split.SEARCH, workers)
                self._check_outlook()
                self._count_baselines()
                cycle = Cycle(number, prepared, self._evaluations, self._ledger, self._spent)
                cycle.run(workers, allowance)
                self._finalists += cycle.finalists
                if number == cycles - 1:
                    winner, facts, lineage = self._prove(prepared, workers)
            if number < cycles - 1:
                prepared = self._join(prepared, cycle)
        # The workers are gone, and with them what their models took of the memory.
        account = write_account(facts, lineage)
        sha256 = self._release(winner, prepared, self._folder.winner, account)
        self._ledger.event("finished", weights_sha256=sha256, promotion=facts)
        return Result(winner, facts, sha256)

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
        for wanted in self._baselines.models.values():
            sheet = self._evaluations.sheet(wanted.digest, Split.SEARCH)
            self._spent.take(wanted.digest, sheet, sheet.scores)

    def _join(self, prepared: Prepared, cycle: Cycle) -> Prepared:
        """The next cycle's recipe, in which the elites of this one are parents as well.

        An elite gets the parameters of the first model, genes and all.
        """
        joining = [self._as_parent(elite, prepared) for elite in cycle.elites]
        plain = self._prepared.recipe.plain()
        pattern = next(m for m in plain["models"] if m["model"] != plain.get("base_model"))
        plain["models"] += [{**pattern, "model": parent.name} for parent in joining]
        return prepared.with_parents(recipe_from(plain, prepared.recipe.source), joining)

    def _as_parent(self, elite: Wanted, prepared: Prepared) -> Parent:
        out = self._folder.elites / elite.digest[:16]
        if not out.exists():
            self._write(elite.recipe, prepared, out)
        return open_parent(str(out))

    def _write(
        self,
        recipe: Recipe,
        prepared: Prepared,
        out: Path,
        account: str = "",
        verify: Callable[[Path], None] | None = None,
    ) -> str:
        parents = prepared.parents
        try:
            return write_model(recipe, parents, out, self._device, account=account, verify=verify)
        except NoRoomError as error:
            raise Stopped(f"{error}; make room, then resume") from None

    def _prove(
        self, prepared: Prepared, workers: Workers
    ) -> tuple[Wanted, dict[str, Any], list[str]]:
        """Choose by validation, prove on the test items.

        Returns:
            The winner, its verdict as JSON values, and how it was found, in sentences.
        """
        self._baselines.score(Split.VALIDATION, workers)
        selection = self._select(self._finalists, workers)
        others = dict(self._baselines.models)
        if prepared.evolve.random_search:
            others[RANDOM_SEARCH] = self._search_randomly(workers)
        winner = selection.winner
        against = {name: wanted.digest for name, wanted in others.items()}
        self._ledger.event("winner", digest=winner.digest, against=against, **selection.facts())
        verdict = self._promotion(prepared).promote(winner, others, workers)
        facts = {**verdict.facts(), "finalist": 0, "selection": selection.facts()}
        return winner, facts, self._lineage(selection)

    def _promotion(self, prepared: Prepared) -> Promotion:
        return Promotion(
            prepared,
            self._evaluations,
            self._ledger,
            self._registry,
            str(self._folder.path),
            self._make_workers,
            self._accept_format,
        )

    def promote_finalist(self, number: int) -> Result:
        """Test a finalist of a finished run: the test items are opened once more for another one.

        Args:
            number: its place by validation; 0 is the winner, tested again on the same opening.

        Raises:
            UserError: there is no such finalist.
        """
        chosen = self._ledger.events("winner")[-1].data
        recipes = {t.digest: recipe_from(t.recipe) for t in self._ledger.trials()}
        last = len(chosen["finalists"]) - 1
        if not 0 <= number <= last:
            raise UserError(f"finalist {number}: the run has 0, its winner, to {last}")
        digest = chosen["finalists"][number]["digest"]
        others = {name: Wanted(recipes[d], d) for name, d in chosen["against"].items()}
        finalist, prepared = Wanted(recipes[digest], digest), self._prepared
        missing = [n for n in finalist.recipe.parent_names if n not in prepared.parents]
        prepared = prepared.with_parents(prepared.recipe, [open_parent(name) for name in missing])
        with self._make_workers(prepared) as workers:
            for split in SEEN:
                self._baselines.score(split, workers)
            verdict = self._promotion(prepared).promote(finalist, others, workers)
        selection = {key: chosen[key] for key in ("curse", "curse_error", "drift", "finalists")}
        facts = {**verdict.facts(), "finalist": number, "selection": selection}
        who = f"finalist {number}" if number else "the winner"
        lineage = [f"{who} of a run, tested after it had ended", f"recipe digest `{digest}`"]
        out = self._folder.finalist(number) if number else self._folder.winner
        account = write_account(facts, lineage)
        sha256 = self._release(finalist, prepared, out, account)
        kind = "promoted_again" if number else "finished"
        self._ledger.event(kind, weights_sha256=sha256, promotion=facts)
        return Result(finalist, facts, sha256)

    def _release(self, winner: Wanted, prepared: Prepared, out: Path, account: str) -> str:
        """Write a winner out; before the folder has its name it is asked what the winner was."""
        made = out.with_name(f".{out.name}.made")
        shutil.rmtree(made, ignore_errors=True)  # what a killed run may have left
        verify = None
        if self._asks_release:
            verify = verifier(self._evaluations, prepared.benchmark, winner, self._device)
        sha256 = self._write(winner.recipe, prepared, made, account, verify)
        self._folder.release(made, out)
        return sha256

    def _select(self, finalists: list[Wanted], workers: Workers) -> Selection:
        benchmark = self._prepared.benchmark
        return select(self._evaluations, benchmark, finalists, self._baselines.models, workers)

    def _search_randomly(self, workers: Workers) -> Wanted:
        """What random search finds with as many candidates as the search has had."""
        plain = self._prepared.recipe.plain()
        random = ALGORITHMS["random"]
        search = plain["evolve"].get("search", {})
        shared = {k: v for k, v in search.items() if k in random.settings.model_fields}
        plain["evolve"]["search"] = {**shared, "algorithm": random.name}
        prepared = self._prepared.with_parents(recipe_from(plain), ())
        cycle = Cycle(RANDOM, prepared, self._evaluations, self._ledger, Spent())
        budget = Budget(evaluations=max(1, self._spent.evaluations))
        cycle.run(workers, Allowance(budget, 1.0, lambda: 0.0))
        return self._select(cycle.finalists, workers).winner

    def _lineage(self, selection: Selection) -> list[str]:
        evolve, winner = self._prepared.evolve, selection.finalists[0]
        found = "the mean of the search distribution"
        if place := winner.search.place:
            found = f"candidate {place.position} of generation {place.generation}" + (
                f", cycle {place.cycle}" if evolve.cycles > 1 else ""
            )
        same = [
            name for name, w in self._baselines.models.items() if w.digest == winner.wanted.digest
        ]
        return [
            f"found by {kind_of(evolve.search).name} (seed {evolve.seed}) as {found}",
            *(f"its weights are those of {name}" for name in same),
            *(ending.sentence for ending in endings(self._ledger.events())),
            f"score on the search items {winner.search.fitness:.3f}, which made it a finalist",
            f"score on the validation items {winner.validation.fitness:.3f}, which made it the "
            f"winner (winner's curse of the finalists: {selection.curse:+.3f})",
            f"recipe digest `{winner.wanted.digest}`",
        ]
