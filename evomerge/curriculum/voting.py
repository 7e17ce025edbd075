"""Who has a voice in a vote on an item, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from evomerge.curriculum.asker import ModelQuestion, ModelReply
from evomerge.curriculum.chaining import ChainLink, document_of, followed
from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.draft import ReadDraft, seconds_of, tokens_of
from evomerge.recipe.verifiers import Agreement
from evomerge.recipe.writers import LEADER
from evomerge.score.wording.answers import answer_tokens


@dataclass
class Ballot:
    """The answers to one item; None for each voice that came to none."""

    answers: list[str | None] = field(default_factory=list)
    tokens: int = 0
    seconds: float = 0.0

    def add(self, answer: str | None, replies: Sequence[ModelReply]) -> None:
        """Count one more voice."""
        self.answers.append(answer)
        self.tokens += tokens_of(replies)
        self.seconds += seconds_of(replies)

    def agreeing(self, gold: str) -> int:
        """How many voices say the same as an answer, however they put it."""
        return sum(answer is not None and says_the_same(answer, gold) for answer in self.answers)


def says_the_same(one: str, other: str) -> bool:
    """Whether two answers have the same words, numbers and signs, and any at all."""
    said = answer_tokens(one)
    return bool(said) and said == answer_tokens(other)


def voices_of(settings: Agreement, draft: ReadDraft, context: CycleContext) -> tuple[str, ...]:
    """Models, and chains by their writers' names, that are independent of who wrote a draft.

    With nobody named it is the chain that wrote it, asked again, or of others the leader.
    """
    chains = context.curriculum.chains
    writer = draft.draft.writer
    if not settings.of:
        return (writer if writer in chains else LEADER,)
    return tuple(
        name
        for name in settings.of
        if name not in draft.draft.authors and (name not in chains or draft.draft.asked)
    )


def ballots(
    settings: Agreement, context: CycleContext, drafts: Sequence[ReadDraft]
) -> list[Ballot]:
    """What the voices say to each draft, each voice asked of all drafts at once."""
    cast = [Ballot() for _ in drafts]
    voices = [voices_of(settings, draft, context) for draft in drafts]
    for name in dict.fromkeys(name for names in voices for name in names):
        chosen = [place for place, names in enumerate(voices) if name in names]
        for sample in range(settings.samples):
            asked = [drafts[place] for place in chosen]
            ask = _chain_says if name in context.curriculum.chains else _model_says
            said = ask(name, settings, context, asked, sample)
            for place, (answer, replies) in zip(chosen, said, strict=True):
                cast[place].add(answer, replies)
    return cast


_Said = list[tuple[str | None, Sequence[ModelReply]]]


def _model_says(
    name: str, settings: Agreement, context: CycleContext, drafts: Sequence[ReadDraft], sample: int
) -> _Said:
    questions: list[ModelQuestion] = [
        context.question(
            name, one.question, settings, settings.warmth, "vote", name, one.id, sample
        )
        for one in drafts
    ]
    replies = context.asker.ask(questions)
    return [
        (reply.text if reply.finished else None, (reply,))
        for reply, _ in zip(replies, drafts, strict=True)
    ]


def _chain_says(
    name: str, settings: Agreement, context: CycleContext, drafts: Sequence[ReadDraft], sample: int
) -> _Said:
    chain = context.curriculum.chains[name]
    links = [ChainLink(one.draft.asked, ("vote", name, one.id, sample)) for one in drafts]
    warmth = settings.warmth if settings.samples > 1 else None
    done = followed(chain, links, context, warmth)
    return [(_gold(name, link, context), link.replies) for link in done]


def _gold(name: str, link: ChainLink, context: CycleContext) -> str | None:
    """The right answer of the document that a chain came to; None where it came to none."""
    if link.reason:
        return None
    try:
        document = document_of(context.curriculum.chains[name], link, context)
        return context.reader.gold(document)
    except ValueError:
        return None
