"""A model's word on whether an answer is right, by a rubric."""

from __future__ import annotations

from collections.abc import Sequence

from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.draft import ReadDraft
from evomerge.curriculum.verifier_kind import Opinion, VerifierKind
from evomerge.ledger import Verified
from evomerge.recipe.names import short_names
from evomerge.recipe.verifiers import JudgeVerifier

PROMPT = """\
{rubric}

Question:
{question}

Answer:
{gold}

Is the answer right by this rule? Say yes or no:"""


def verify(
    settings: JudgeVerifier, context: CycleContext, drafts: Sequence[ReadDraft]
) -> Sequence[Opinion]:
    """Passed are drafts of which the judge says yes. It does not judge what it has written."""
    independent = [one for one in drafts if settings.judge not in one.draft.authors]
    questions = [
        context.question(
            settings.judge,
            PROMPT.format(rubric=settings.rubric, question=one.question, gold=one.gold),
            settings,
            settings.temperature or 0.0,
            *("judge", settings.judge, one.id),
        )
        for one in independent
    ]
    replies = context.asker.ask(questions) if questions else ()
    said = {
        one.id: (reply.text.strip().casefold().startswith("yes"), reply)
        for one, reply in zip(independent, replies, strict=True)
    }
    opinions = []
    for one in drafts:
        if one.id not in said:
            opinions.append(Opinion(False, f"{_described(settings)}: has written it itself"))
            continue
        passed, reply = said[one.id]
        reason = "" if passed else f"{_described(settings)}: does not say yes"
        opinions.append(Opinion(passed, reason, None, reply.tokens, reply.seconds))
    return opinions


def _described(settings: JudgeVerifier) -> str:
    return f"judge {short_names([settings.judge])[settings.judge]}"


KIND = VerifierKind("judge", JudgeVerifier, Verified.JUDGED, verify, _described)
