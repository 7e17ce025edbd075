"""Documents that models come to, asked one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from evomerge.curriculum.chaining import ChainLink, document_of, followed
from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.counted import shuffled
from evomerge.curriculum.documents import values_problem
from evomerge.curriculum.draft import DraftItem, seconds_of, tokens_of
from evomerge.curriculum.population import Document
from evomerge.curriculum.programs import ProgramFailed
from evomerge.curriculum.writer_kind import WriterKind
from evomerge.ledger import WrittenBy
from evomerge.recipe.names import short_names
from evomerge.recipe.writers import ChainWriter
from evomerge.score.items.item import content_id


def write(settings: ChainWriter, context: CycleContext) -> Sequence[DraftItem]:
    """A draft for each question; one that says why where there are no questions."""
    try:
        questions = _questions(settings, context)
    except ProgramFailed as error:
        return [DraftItem(settings.name, WrittenBy.CHAIN, 0, None, str(error))]
    links = [_link(settings.name, draw, asked) for draw, asked in enumerate(questions)]
    done = followed(settings, links, context)
    return [_draft(settings, draw, link, context) for draw, link in enumerate(done)]


def _questions(settings: ChainWriter, context: CycleContext) -> list[object]:
    source, count = settings.questions, settings.count
    if source.program is not None:
        seed = str(context.key("questions", settings.name))
        return [*islice(context.programs.values(source.program, seed, str(count)), count)]
    assert source.task is not None
    known = {content_id(one): one for one in context.human.by_task.get(source.task, ())}
    order = shuffled(known, context.seed, context.cycle, "questions", settings.name)
    return [known[one] for one in order[:count]]


def _link(name: str, draw: int, asked: object) -> ChainLink:
    """Where a chain begins; one that has ended at once where the question is none."""
    parts = "chain", name, draw
    if not isinstance(asked, Mapping):
        why = str(asked) if isinstance(asked, ValueError) else "is no JSON object"
        return ChainLink({}, parts, reason=f"a question {why}")
    why = values_problem(asked)
    return ChainLink(asked, parts, reason=f"a question: {why}" if why else "")


def _draft(settings: ChainWriter, draw: int, link: ChainLink, context: CycleContext) -> DraftItem:
    document: Document | None = None
    reason = link.reason
    if not reason:
        try:
            document = document_of(settings, link, context)
        except ValueError as error:
            reason = f"document: {error}"
    return DraftItem(
        settings.name,
        WrittenBy.CHAIN,
        draw,
        document,
        reason,
        link.models,
        link.asked,
        tokens_of(link.replies),
        seconds_of(link.replies),
    )


def _described(settings: ChainWriter) -> str:
    short = short_names(step.ask for step in settings.chain)
    models = ", then ".join(short[step.ask] for step in settings.chain)
    return f"{settings.count} items by a chain: {models}"


KIND = WriterKind("chain", ChainWriter, write, _described)
