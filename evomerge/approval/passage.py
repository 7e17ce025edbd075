"""A tested model's way through quarantine, read from what a run has recorded."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from evomerge.approval.contents import Contents, contents_from
from evomerge.approval.signatures import Signatures, signatures_on
from evomerge.approval.statement import SignedStatement, signed_from
from evomerge.ledger import BudgetRaised, RunBegan, WinnerLetOut, WinnerQuarantined, WinnerSigned
from evomerge.recipe.approval import ApprovalSettings


@dataclass(frozen=True)
class Passage:
    """How a tested model stands that was written into quarantine."""

    finalist: int
    """Its place by validation; 0 is the winner."""
    contents: Contents
    signatures: Signatures
    held: tuple[str, ...] = ()
    """Why it stays, whoever signs."""
    is_out: bool = False
    """Whether it has left quarantine."""

    @property
    def may_leave(self) -> bool:
        """Whether gates and people have passed it."""
        return not self.held and self.signatures.passes


class Passages:
    """Follows the models of a run through quarantine, record by record."""

    def __init__(self) -> None:
        self.settings: ApprovalSettings | None = None
        """Who must sign; None where nobody must."""
        self._waiting: dict[int, WinnerQuarantined] = {}
        self._signed: list[SignedStatement] = []
        self._out: dict[int, str] = {}
        """What has left, by number: its folder's hash."""

    def take(self, what: Any) -> None:
        """Bring up to date."""
        if isinstance(what, RunBegan):
            evolve = what.facts.get("recipe", {}).get("evolve") or {}
            if (said := evolve.get("approval")) is not None:
                self.settings = ApprovalSettings.model_validate(said)
        elif isinstance(what, BudgetRaised):
            self._waiting.clear()
        elif isinstance(what, WinnerQuarantined):
            self._waiting[what.finalist] = what
            self._out.pop(what.finalist, None)
        elif isinstance(what, WinnerSigned):
            with contextlib.suppress(ValueError):  # what nobody signed counts for nothing
                plain = {"statement": what.statement, "signature": what.signature}
                self._signed.append(signed_from(plain))
        elif isinstance(what, WinnerLetOut):
            self._out[what.finalist] = what.folder_sha256

    @property
    def quarantined(self) -> frozenset[int]:
        """The places by validation of those that are in quarantine, whether anybody must sign."""
        return frozenset(n for n, waiting in self._waiting.items() if not self._is_out(waiting))

    def all(self) -> tuple[Passage, ...]:
        """Those of the winner and of finalists tested after it, by number."""
        if self.settings is None:
            return ()
        return tuple(
            self._passage(self.settings, waiting) for _, waiting in sorted(self._waiting.items())
        )

    def _passage(self, settings: ApprovalSettings, waiting: WinnerQuarantined) -> Passage:
        contents = contents_from(waiting.contents)
        signatures = signatures_on(settings, contents, self._signed)
        is_out = self._is_out(waiting)
        return Passage(waiting.finalist, contents, signatures, waiting.held, is_out)

    def _is_out(self, waiting: WinnerQuarantined) -> bool:
        left = self._out.get(waiting.finalist)
        return left is not None and left == waiting.contents.get("folder_sha256")


def quarantined_of(events: Iterable[Any]) -> frozenset[int]:
    """Which tested models of a run are in quarantine, by their places by validation."""
    passages = Passages()
    for event in events:
        passages.take(event)
    return passages.quarantined


def passages_of(events: Iterable[Any]) -> tuple[Passage, ...]:
    """How the tested models of a run stand; none where nobody must sign."""
    passages = Passages()
    for event in events:
        passages.take(event)
    return passages.all()


def passage_of(events: Iterable[Any], finalist: int) -> Passage | None:
    """How one tested model stands; None where nobody must sign, or it was not tested."""
    return next((one for one in passages_of(events) if one.finalist == finalist), None)
