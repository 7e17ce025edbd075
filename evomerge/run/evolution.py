"""The main job: parents scored, genes searched for, a winner chosen, proved and released."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from evomerge.errors import NoRoomError, Stopped
from evomerge.ledger import Trial
from evomerge.merge.merging import write_model
from evomerge.recipe import Recipe, recipe_from
from evomerge.run.account import write_account
from evomerge.run.baselines import UNIFORM, parent_recipes, uniform_recipe
from evomerge.run.budget import Allowance
from evomerge.run.cycle import Cycle, Spent
from evomerge.run.evaluations import Evaluations, Wanted
from evomerge.run.folder import RunFolder
from evomerge.run.preflight import Prepared
from evomerge.run.promotion import Verdict, choose_winner, promote
from evomerge.score.splits import Split
from evomerge.search import Archive, Elite
from evomerge.weights import Parent, open_parent
from evomerge.workers.protocol import Workers

MakeWorkers = Callable[[Prepared], Workers]
"""Makes the workers for a recipe and its parents; called once a cycle."""


@dataclass(frozen=True)
class Result:
    """What a finished run came to."""

    winner: Wanted
    verdict: Verdict
    weights_sha256: str


class Evolution:
    """One run, from wherever its ledger says it is to its end.

    Args:
        prepared: the recipe, checked.
        folder: open for this run.
        make_workers: makes the workers of each cycle.
        device: where models are merged that are written out.
        checkpoint: called at safe moments; what it raises (a Stopped) ends the run.
    """

    def __init__(
        self,
        prepared: Prepared,
        folder: RunFolder,
        make_workers: MakeWorkers,
        device: torch.device,
        checkpoint: Callable[[], None],
    ) -> None:
        self._prepared, self._folder, self._device = prepared, folder, device
        self._make_workers = make_workers
        self._ledger = folder.ledger
        self._evaluations = Evaluations(self._ledger, prepared.benchmark, checkpoint)
        self._spent = Spent()
        self._archive = Archive(prepared.evolve.elites)
        self._means: list[Wanted] = []
        self._baselines = self._make_baselines()

    def run(self) -> Result:
        """Go through to the release.

        Raises:
            Stopped: the checkpoint said so, or the ledger cannot be written; resume later.
            EvomergeError: nothing could be scored.
        """
        began = time.monotonic() - self._ledger.active_seconds()
        prepared, cycles = self._prepared, self._prepared.evolve.cycles
        self._ledger.event("session")
        for number in range(cycles):
            budget = prepared.evolve.budget
            allowance = Allowance(budget, (number + 1) / cycles, lambda: time.monotonic() - began)
            with self._make_workers(prepared) as workers:
                baselines = list(self._baselines.values())
                self._evaluations.score(baselines, Split.SEARCH, workers)
                cycle = self._search(number, prepared, workers, allowance)
                if number == cycles - 1:
                    return self._finish(prepared, workers)
            prepared = self._join(prepared, cycle)
        raise AssertionError("a recipe has at least one cycle")

    def _make_baselines(self) -> dict[str, Wanted]:
        recipes = parent_recipes(self._prepared.recipe)
        uniform = uniform_recipe(self._prepared.recipe, self._prepared.parents)
        if uniform is not None:
            recipes[UNIFORM] = uniform
        wanted = {n: Wanted(r, self._prepared.digest(r)) for n, r in recipes.items()}
        if not self._ledger.events("baselines"):
            self._ledger.event("baselines", **{name: w.digest for name, w in wanted.items()})
        return wanted

    def _search(
        self, number: int, prepared: Prepared, workers: Workers, allowance: Allowance
    ) -> Cycle:
        cycle = Cycle(number, prepared, self._evaluations, self._ledger, self._spent)
        cycle.run(workers, allowance)
        for elite in cycle.archive.best():
            self._archive.add(elite)
        mean = cycle.mean()
        if mean is not None:
            self._means.append(mean)
        return cycle

    def _join(self, prepared: Prepared, cycle: Cycle) -> Prepared:
        """The next cycle's recipe, in which the elites of this one are parents as well.

        An elite gets the parameters of the first model, genes and all.
        """
        joining = [self._as_parent(elite, prepared) for elite in cycle.archive.best()]
        plain = self._prepared.recipe.plain()
        pattern = next(m for m in plain["models"] if m["model"] != plain.get("base_model"))
        plain["models"] += [{**pattern, "model": parent.name} for parent in joining]
        return prepared.with_parents(recipe_from(plain, prepared.recipe.source), joining)

    def _as_parent(self, elite: Elite, prepared: Prepared) -> Parent:
        out = self._folder.elites / elite.digest[:16]
        if not out.exists():
            self._write(self._recipe_of(elite), prepared, out)
        return open_parent(str(out))

    def _write(self, recipe: Recipe, prepared: Prepared, out: Path, account: str = "") -> str:
        try:
            return write_model(recipe, prepared.parents, out, self._device, account=account)
        except NoRoomError as error:
            raise Stopped(f"{error}; make room, then resume") from None

    def _recipe_of(self, elite: Elite) -> Recipe:
        return recipe_from(self._trial(elite.digest, Split.SEARCH).recipe)

    def _trial(self, digest: str, split: Split) -> Trial:
        return self._evaluations.known[digest, split]

    def _finish(self, prepared: Prepared, workers: Workers) -> Result:
        """Choose by validation, prove on the test items, release."""
        elites = [Wanted(self._recipe_of(e), e.digest) for e in self._archive.best()]
        scored = self._evaluations.score(self._means, Split.SEARCH, workers)
        means = [
            w
            for w, trial in zip(self._means, scored, strict=True)
            if trial and trial.fitness is not None
        ]
        self._evaluations.score(list(self._baselines.values()), Split.VALIDATION, workers)
        winner = choose_winner(self._evaluations, [*elites, *means], workers)
        self._ledger.event("winner", digest=winner.digest)
        verdict = promote(
            prepared, self._evaluations, self._ledger, winner, self._baselines, workers
        )
        # What a killed run may have left of the winner is written again: the same bytes.
        shutil.rmtree(self._folder.winner, ignore_errors=True)
        account = write_account(verdict.facts(), self._lineage(winner))
        sha256 = self._write(winner.recipe, prepared, self._folder.winner, account)
        self._ledger.event("finished", weights_sha256=sha256, promotion=verdict.facts())
        return Result(winner, verdict, sha256)

    def _lineage(self, winner: Wanted) -> list[str]:
        evolve = self._prepared.evolve
        trial = self._trial(winner.digest, Split.SEARCH)
        found = "the mean of the search distribution"
        if place := trial.place:
            found = f"candidate {place.position} of generation {place.generation}" + (
                f", cycle {place.cycle}" if evolve.cycles > 1 else ""
            )
        validation = self._trial(winner.digest, Split.VALIDATION)
        return [
            f"found by {evolve.search.algorithm} (seed {evolve.seed}) as {found}",
            f"{self._spent.evaluations} candidates evaluated",
            f"score on the search items {trial.fitness:.3f}, which made it a finalist",
            f"score on the validation items {validation.fitness:.3f}, which made it the winner",
            f"recipe digest `{winner.digest}`",
        ]
