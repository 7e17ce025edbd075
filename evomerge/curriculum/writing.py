"""A cycle's items written: by whom, verified by whom, kept or refused, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evomerge.curriculum.asker import ModelAsker
from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.counted import counted_share
from evomerge.curriculum.documents import DocumentFields
from evomerge.curriculum.draft import DraftItem, ReadDraft
from evomerge.curriculum.population import HumanItems, Solver, TaskReader
from evomerge.curriculum.programs import Programs
from evomerge.curriculum.reading import read
from evomerge.curriculum.refusing import RefusedDrafts
from evomerge.curriculum.verifying import CycleVerification, PassedDraft
from evomerge.curriculum.writers import writer_of
from evomerge.errors import RecipeError
from evomerge.ledger import ItemOrigin, ItemsMade, MadeItem, Use, WrittenBy
from evomerge.recipe import Curriculum

NEAR = "is nearly an item that there is already"
"""Nobody is told which: it may be sealed."""


def easy(curriculum: Curriculum) -> str:
    """Why a draft is refused that too much of the population solves."""
    return f"more than {curriculum.solved.most:g} of the population solves it"


def write(
    curriculum: Curriculum,
    cycle: int,
    seed: int,
    *,
    asker: ModelAsker,
    solver: Solver,
    reader: TaskReader,
    human: HumanItems,
    fields: DocumentFields | None = None,
    programs: Programs | None = None,
    addresses: Mapping[str, ModelAsker] | None = None,
) -> ItemsMade:
    """Have a cycle's items written, verified and looked at, as the event that records it.

    It is a function of what it is given: all chance is counted, and nothing depends on a clock.

    Args:
        cycle: counted from 0.
        seed: the run's.
        asker: asks the recipe's models, the leader and elites.
        fields: of the task's documents; by default those of its human search items. Where the
            task keeps none for the search, those of its other items say as little as names do.
        programs: as they stood when the run began; by default they are read now.
        addresses: who asks the models behind addresses, by the writers' names; see
            :func:`evomerge.curriculum.addresses.address_askers`.

    Raises:
        RecipeError: nothing says what the task's documents look like, or a program cannot be read.
        UserError: a program is to be run, and there is no sandbox here.
        Stopped: a model cannot be asked now.
    """
    programs = Programs.read(curriculum) if programs is None else programs
    fields = _fields(curriculum, human) if fields is None else fields
    context = CycleContext(
        curriculum, cycle, seed, asker, reader, human, programs, fields, addresses or {}
    )
    drafts = [draft for one in curriculum.writers for draft in writer_of(one).write(one, context)]
    return _judged(drafts, context, solver)


def _fields(curriculum: Curriculum, human: HumanItems) -> DocumentFields:
    documents = human.by_task.get(curriculum.task, ())
    if not documents:
        raise RecipeError(
            f"curriculum: {curriculum.task} has no search item that says which fields its "
            "documents have; give its splits a search of 1 or more"
        )
    return DocumentFields.of(documents)


def _judged(drafts: Sequence[DraftItem], context: CycleContext, solver: Solver) -> ItemsMade:
    """What becomes of all drafts of a cycle."""
    refused = RefusedDrafts()
    verification = CycleVerification(context, refused)
    passed = verification.passed(read(drafts, context, refused))
    kept = _solved(_new(passed, solver, refused), context.curriculum, solver, refused)
    names = [writer.name for writer in context.curriculum.writers]
    return ItemsMade(
        context.cycle,
        context.curriculum.task,
        tuple(_made(one, context) for one in kept),
        refused.all,
        {name: sum(draft.writer == name for draft in drafts) for name in names},
        tuple(verification.precisions),
        verification.tokens + sum(draft.tokens for draft in drafts),
        verification.seconds + sum(draft.seconds for draft in drafts),
        context.programs.fingerprint,
        verification.canaries,
    )


def _new(
    passed: Sequence[PassedDraft], solver: Solver, refused: RefusedDrafts
) -> list[PassedDraft]:
    """Those that are nearly no item that there is."""
    near = solver.near([one.read.document for one in passed]) if passed else ()
    for one, like in zip(passed, near, strict=True):
        if like is not None:
            refused.add(one.read.draft, NEAR, hide=True)
    return [one for one, like in zip(passed, near, strict=True) if like is None]


def _solved(
    passed: Sequence[PassedDraft],
    curriculum: Curriculum,
    solver: Solver,
    refused: RefusedDrafts,
) -> list[PassedDraft]:
    """Those that the recipe's share of the population solves, and of what adversaries wrote those
    that tell the leader from its rivals.
    """
    bounds, adversaries = curriculum.solved, curriculum.adversaries
    if not passed or ((bounds.least, bounds.most) == (0, 1) and not adversaries):
        return [*passed]
    kept = []
    found = solver.solved([one.read.document for one in passed])
    for one, by in zip(passed, found, strict=True):
        writer = adversaries.get(one.read.draft.writer)
        if by.share < bounds.least:
            reason = f"less than {bounds.least:g} of the population solves it"
        elif by.share > bounds.most:
            reason = easy(curriculum)
        else:
            reason = by.problem(None if writer is None else writer.variants)
        if reason:
            refused.add(one.read.draft, reason)
        else:
            kept.append(one)
    return kept


def _made(one: PassedDraft, context: CycleContext) -> MadeItem:
    draft = one.read.draft
    return MadeItem(
        one.read.id,
        dict(one.read.document),
        one.read.question,
        one.read.gold,
        ItemOrigin(
            draft.writer,
            draft.kind,
            one.verified,
            context.cycle,
            draft.draw,
            draft.models,
            one.verifiers,
            one.agreement,
            one.tokens,
            one.seconds,
        ),
        _use(one.read, context),
    )


def _use(one: ReadDraft, context: CycleContext) -> Use:
    """What a model wrote is for training alone: each candidate may descend from that model."""
    draft = one.draft
    by_program = draft.kind is WrittenBy.PROGRAM and not draft.models and not one.retold
    share = counted_share(context.seed, "use", one.id)
    return Use.SCORED if by_program and share < context.curriculum.scored else Use.TRAINING
