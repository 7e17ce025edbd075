"""How often those who vote or judge are right, measured on items whose answers people know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.counted import shuffled
from evomerge.curriculum.draft import DraftItem, ReadDraft
from evomerge.curriculum.verifiers import agreement, judge
from evomerge.curriculum.voting import Ballot, ballots
from evomerge.ledger import VerifierPrecision, WrittenBy
from evomerge.recipe import Curriculum
from evomerge.recipe.verifiers import Agreement, JudgeVerifier
from evomerge.recipe.writers import LEADER, ModelWriter
from evomerge.score.items.item import content_id
from evomerge.score.wording.answers import answer_tokens

HUMAN = "human answers"
MEASURED_ON = 30
"""Human items in a cycle: a share of them has a standard error of nine points or less."""


@dataclass(frozen=True)
class MeasuredPrecision:
    """How precise a verifier was, and what it took to find out."""

    precision: VerifierPrecision | None = None
    """None where it could not be measured."""
    tokens: int = 0
    seconds: float = 0.0


def human_precision(settings: Any, name: str, context: CycleContext) -> MeasuredPrecision:
    """A verifier held against human search items of the task.

    Of a vote: of the answers on which enough agree, how many are right. A vote that chains have a
    voice in cannot be measured, since no human item has the questions that chains begin with. Of a
    judge: each right answer, and each once more as the answer to another item; of those that it
    passes, how many are right.

    Args:
        name: what the verifier is called.
    """
    drafts = _human(context)
    if isinstance(settings, JudgeVerifier) and len(drafts) > 1:
        return _of_judge(settings, name, context, drafts)
    if not isinstance(settings, Agreement) or not drafts:
        return MeasuredPrecision()
    return vote_precision(settings, name, HUMAN, context, drafts)


def voters_of(settings: Agreement, curriculum: Curriculum) -> Agreement | None:
    """The vote with its voices named; None where chains are among them, which begin with a question
    that no other item has.
    """
    if settings.of:
        chains = curriculum.chains
        return None if any(one in chains for one in settings.of) else settings
    models = any(isinstance(one, ModelWriter) for one in curriculum.writers)
    return settings.model_copy(update={"of": (LEADER,)}) if models else None


def vote_precision(
    settings: Agreement,
    name: str,
    against: str,
    context: CycleContext,
    drafts: Sequence[ReadDraft],
) -> MeasuredPrecision:
    """Of the answers on which enough voices agree, how many are those of the drafts.

    Args:
        name: what the vote is called.
        against: whose answers the drafts' are.
    """
    voters = voters_of(settings, context.curriculum)
    if voters is None or not drafts:
        return MeasuredPrecision()
    return _of_vote(voters, name, against, context, drafts)


def _of_vote(
    settings: Agreement,
    name: str,
    against: str,
    context: CycleContext,
    drafts: Sequence[ReadDraft],
) -> MeasuredPrecision:
    cast = ballots(settings, context, drafts)
    agreed = [_agreed(settings, ballot) for ballot in cast]
    right = [
        answer == answer_tokens(draft.gold)
        for answer, draft in zip(agreed, drafts, strict=True)
        if answer
    ]
    return MeasuredPrecision(
        VerifierPrecision(name, against, len(right), sum(right)),
        sum(one.tokens for one in cast),
        sum(one.seconds for one in cast),
    )


def _agreed(settings: Agreement, ballot: Ballot) -> tuple[str, ...]:
    """The answer that enough voices give, as it is compared; () where there is none."""
    said = Counter(answer_tokens(one) for one in ballot.answers if one is not None)
    said.pop((), None)
    for answer, count in said.most_common(1):
        if count >= agreement.needed(settings, len(ballot.answers)):
            return answer
    return ()


def _of_judge(
    settings: JudgeVerifier, name: str, context: CycleContext, drafts: Sequence[ReadDraft]
) -> MeasuredPrecision:
    others = [*drafts[1:], drafts[0]]
    wrong = [
        replace(one, id=f"{one.id} wrong", gold=other.gold)
        for one, other in zip(drafts, others, strict=True)
        if answer_tokens(one.gold) != answer_tokens(other.gold)
    ]
    said = judge.verify(settings, context, [*drafts, *wrong])
    right = sum(one.passed for one in said[: len(drafts)])
    return MeasuredPrecision(
        VerifierPrecision(name, HUMAN, sum(one.passed for one in said), right),
        sum(one.tokens for one in said),
        sum(one.seconds for one in said),
    )


def _human(context: CycleContext) -> list[ReadDraft]:
    """Some of the human items of the task, as drafts that none of the models wrote."""
    documents = context.human.by_task.get(context.curriculum.task, ())
    known = {content_id(one): one for one in documents}
    order = shuffled(known, context.seed, context.cycle, "precision")
    read = []
    for one in order[:MEASURED_ON]:
        gold = context.reader.gold(known[one])
        draft = DraftItem("", WrittenBy.PROGRAM, 0, known[one])
        if gold and gold.strip():
            question = context.reader.question(known[one])
            read.append(ReadDraft(draft, one, known[one], question, gold))
    return read
