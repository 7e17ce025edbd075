"""A vote: those who are asked again, or independently, come to the same answer."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.draft import ReadDraft
from evomerge.curriculum.verifier_kind import Opinion, VerifierKind
from evomerge.curriculum.voting import Ballot, ballots
from evomerge.ledger import Verified
from evomerge.recipe.names import short_names
from evomerge.recipe.verifiers import Agreement


def verify(
    settings: Agreement, context: CycleContext, drafts: Sequence[ReadDraft]
) -> Sequence[Opinion]:
    """Passed are drafts on whose answer enough voices agree, whoever wrote them not counted."""
    cast = ballots(settings, context, drafts)
    return [_opinion(settings, one, ballot) for one, ballot in zip(drafts, cast, strict=True)]


def needed(settings: Agreement, voices: int) -> int:
    """How many of the voices must agree."""
    if isinstance(settings.agreement, int):
        return settings.agreement
    return max(1, math.ceil(round(settings.agreement * voices, 9)))


def _opinion(settings: Agreement, draft: ReadDraft, ballot: Ballot) -> Opinion:
    voices = len(ballot.answers)
    if not voices:
        return Opinion(False, f"{described(settings)}: nobody is asked who has not written it")
    agreeing = ballot.agreeing(draft.gold)
    passed = agreeing >= needed(settings, voices)
    reason = "" if passed else f"{described(settings)}: too few agree"
    return Opinion(passed, reason, agreeing / voices, ballot.tokens, ballot.seconds)


def described(settings: Agreement) -> str:
    """A vote, in a few words."""
    of = f" of {', '.join(short_names(settings.of).values())}" if settings.of else ""
    samples = f"{settings.samples} samples" if settings.samples > 1 else "one answer"
    return f"vote ({samples}{of}; {settings.agreement:g})"


KIND = VerifierKind("agreement", Agreement, Verified.VOTED, verify, described)
