"""Drafts shown to all verifiers, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evomerge.curriculum.canaries import Canaries
from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.draft import ReadDraft
from evomerge.curriculum.precision import MeasuredPrecision, human_precision
from evomerge.curriculum.refusing import RefusedDrafts
from evomerge.curriculum.verifier_kind import Opinion
from evomerge.curriculum.verifiers import verifier_of
from evomerge.ledger import CanariesJudged, Verified, VerifierPrecision, WrittenBy
from evomerge.recipe.verifiers import Agreement, Verifier

_SURE = [Verified.EXECUTED, Verified.VOTED, Verified.JUDGED, Verified.UNVERIFIED]
"""From the surest on: an item that several have passed is as sure as the surest of them."""


@dataclass(frozen=True)
class PassedDraft:
    """A draft that the verifiers have passed so far."""

    read: ReadDraft
    verified: Verified
    verifiers: tuple[str, ...] = ()
    agreement: float | None = None
    """The least share that agreed in a vote; None where there was none."""
    tokens: int = 0
    """To write and to verify it."""
    seconds: float = 0.0

    @classmethod
    def of(cls, one: ReadDraft) -> PassedDraft:
        """What a program has printed was executed; all else waits for a verifier."""
        ran = one.draft.kind is WrittenBy.PROGRAM
        how = Verified.EXECUTED if ran else Verified.UNVERIFIED
        return cls(one, how, (), None, one.draft.tokens, one.draft.seconds)

    @property
    def ran(self) -> bool:
        """Whether a program has printed it."""
        return self.read.draft.kind is WrittenBy.PROGRAM

    def after(self, opinion: Opinion, name: str, verified: Verified) -> PassedDraft:
        """The same with one more verifier that has passed it."""
        known = [one for one in (self.agreement, opinion.agreement) if one is not None]
        return replace(
            self,
            verified=min(self.verified, verified, key=_SURE.index),
            verifiers=(*self.verifiers, name),
            agreement=min(known, default=None),
            tokens=self.tokens + opinion.tokens,
            seconds=self.seconds + opinion.seconds,
        )


class CycleVerification:
    """The verifiers of a cycle: who passed what, how precise they are, and what they took.

    Args:
        refused: takes the drafts that they do not pass.
    """

    def __init__(self, context: CycleContext, refused: RefusedDrafts) -> None:
        self._context, self._refused = context, refused
        self._words: list[tuple[str, Verified, set[str]]] = []
        """Of each vote and judge so far: what it is called and is, and the ids it has passed."""
        self.precisions: list[VerifierPrecision] = []
        self.canaries: CanariesJudged | None = None
        self.tokens, self.seconds = 0, 0.0

    def passed(self, drafts: Sequence[ReadDraft]) -> list[PassedDraft]:
        """The drafts that every verifier passes; each sees what those before it have passed.

        What a program has printed is shown to programs alone: whoever votes may know less. Some of
        it shows how much less.
        """
        passed = [PassedDraft.of(one) for one in drafts]
        canaries = Canaries(self._context, drafts)
        for settings in self._context.curriculum.verifiers:
            by_program = verifier_of(settings).verified is Verified.EXECUTED
            asked = [one for one in passed if by_program or not one.ran]
            kept = self._shown(settings, asked, canaries) if asked else []
            by_id = {one.read.id: one for one in kept}
            ids = {one.read.id for one in asked}
            passed = [
                by_id.get(one.read.id, one)
                for one in passed
                if one.read.id in by_id or one.read.id not in ids
            ]
        self.canaries = canaries.judged
        return passed

    def _shown(
        self, settings: Verifier, asked: Sequence[PassedDraft], canaries: Canaries
    ) -> list[PassedDraft]:
        kind = verifier_of(settings)
        name = kind.describe(settings)
        opinions = kind.verify(settings, self._context, [one.read for one in asked])
        self.tokens += sum(one.tokens for one in opinions)
        self.seconds += sum(one.seconds for one in opinions)
        self._note(human_precision(settings, name, self._context))
        if isinstance(settings, Agreement):
            self._note(canaries.ask(settings, name))
        kept = []
        for one, opinion in zip(asked, opinions, strict=True):
            if opinion.passed:
                kept.append(one.after(opinion, name, kind.verified))
            else:
                self._refused.add(one.read.draft, opinion.reason)
        if kind.verified is not Verified.EXECUTED:
            self._words.append((name, kind.verified, {one.read.id for one in kept}))
        elif not any(one.failed for one in opinions):
            canaries.execute(o for one, o in zip(asked, opinions, strict=True) if one.ran)
            self._compare(name, asked, kept, canaries)
        return kept

    def _note(self, measured: MeasuredPrecision) -> None:
        self.tokens += measured.tokens
        self.seconds += measured.seconds
        if measured.precision is not None:
            self.precisions.append(measured.precision)

    def _compare(
        self,
        program: str,
        asked: Sequence[PassedDraft],
        kept: Sequence[PassedDraft],
        canaries: Canaries,
    ) -> None:
        """Note how many of those that votes had passed before a program holds right."""
        right = {one.read.id for one in kept}
        models = {one.read.id for one in asked if not one.ran}
        for name, how, ids in self._words:
            if known := ids & models:
                found = VerifierPrecision(name, program, len(known), len(known & right))
                self.precisions.append(found)
                if how is Verified.VOTED:
                    canaries.compare(found)
