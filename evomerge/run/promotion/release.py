"""Models written out: a winner or a finalist with its verdict, and elites that become parents."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from evomerge.approval.contents import contents_of
from evomerge.approval.proof import proof_to_json
from evomerge.errors import EvomergeError, NoRoomError, Stopped
from evomerge.ledger import WinnerQuarantined
from evomerge.merge.folder.account import NO_ACCOUNT, Account
from evomerge.merge.merging import write_model
from evomerge.merge.stages import with_stages
from evomerge.recipe import Recipe
from evomerge.report.reading import read
from evomerge.report.verdict import Verdict
from evomerge.report.verdict_json import verdict_to_json
from evomerge.run.evaluation.evaluations import Evaluations
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.folder.folder import RunFolder
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.promotion.accounting import account_of
from evomerge.run.promotion.gates import gates
from evomerge.run.promotion.released import verifier
from evomerge.weights import Parent, open_parent

ELITE_NAME = 16
"""Hexadecimal digits of an elite's digest that name its folder: 64 bits, so that no two of a run
share one."""


@dataclass(frozen=True)
class ReleaseWriter:
    """Writes models of a run to its folder.

    Args:
        device: where they are merged.
        asks_release: whether a released folder is asked what its model was, before it has its
            name. Not where answers come from no model, as in simulations.
    """

    folder: RunFolder
    evaluations: Evaluations
    device: torch.device
    asks_release: bool = True

    def write(self, winner: Offspring, prepared: Prepared, verdict: Verdict) -> str:
        """Write a winner or a finalist into quarantine, with its verdict.

        Returns:
            The sha256 of its weights.

        Raises:
            EvomergeError: the folder does not answer what was scored, or the ledger is gone.
            Stopped: the disk is full.
        """
        out = self.folder.quarantined(verdict.finalist)
        made = out.with_name(f".{out.name}.made")
        shutil.rmtree(made, ignore_errors=True)  # what a killed run may have left
        verify = None
        if self.asks_release:
            verify = verifier(self.evaluations, prepared.benchmark, winner, self.device)
        ledger = self.folder.ledger
        ledger.require_there()
        from evomerge.charts.on_card import card_images  # takes a second to be imported

        images = card_images(verdict, winner.recipe.plain())
        account = account_of(read(ledger.records()), verdict, prepared, images)
        account = replace(account, proof=self._proof(prepared, verdict))
        adapters = self.folder.adapters
        sha256 = self._write(winner.recipe, prepared, made, account, verify, adapters)
        try:
            ledger.require_there()
        except EvomergeError:
            shutil.rmtree(made, ignore_errors=True)  # a winner without a ledger proves nothing
            raise
        self.folder.release(made, out)
        return sha256

    def waiting(self, prepared: Prepared, verdict: Verdict) -> tuple[WinnerQuarantined, ...]:
        """What is recorded of a model that stays in quarantine; of one that has passed, and that
        nobody must sign, nothing: it is put where models are released.
        """
        number, held = verdict.finalist, gates(verdict)
        if prepared.evolve.approval is not None:
            contents = contents_of(self.folder.quarantined(number)).plain()
            return (WinnerQuarantined(number, contents, held),)
        if held:
            self.folder.recall(number)
            return (WinnerQuarantined(number, {}, held),)
        self.folder.let_out(number)
        return ()

    def _proof(self, prepared: Prepared, verdict: Verdict) -> dict[str, Any]:
        if (settings := prepared.evolve.approval) is None:
            return {}
        digest = verdict.choice.finalists[verdict.finalist].digest
        run_digest = self.folder.ledger.facts()["digest"]
        return proof_to_json(verdict_to_json(verdict), digest, run_digest, settings)

    def as_parent(self, elite: Offspring, prepared: Prepared) -> Parent:
        """An elite as a parent of the next cycle, in a folder of its own.

        Raises:
            Stopped: the disk is full.
        """
        out = self.folder.elites / elite.digest[:ELITE_NAME]
        if not out.exists():
            self._write(elite.recipe, prepared, out)
        return open_parent(str(out))

    def _write(
        self,
        recipe: Recipe,
        prepared: Prepared,
        out: Path,
        account: Account = NO_ACCOUNT,
        verify: Callable[[Path], None] | None = None,
        adapters: Path | None = None,
    ) -> str:
        elites = {
            f"elite-{Path(name).name}": Path(name)
            for name in recipe.parent_names
            if Path(name).parent == self.folder.elites
        }
        recipe, parents = with_stages(recipe, prepared.parents, elites)
        try:
            return write_model(
                recipe,
                parents,
                out,
                self.device,
                ancestry=prepared.ancestry,
                account=account,
                adapters=adapters,
                verify=verify,
            )
        except NoRoomError as error:
            raise Stopped(f"{error}; make room, then resume") from None
