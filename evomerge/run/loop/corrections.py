"""Answers that a judge has corrected, filed as items to be trained on and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evomerge.curriculum.documents import text_problem
from evomerge.curriculum.draft import DraftItem
from evomerge.curriculum.refusing import RefusedDrafts
from evomerge.curriculum.writing import NEAR
from evomerge.ledger import (
    PROBES,
    Correction,
    ItemOrigin,
    ItemsMade,
    MadeItem,
    Use,
    Verified,
    WrittenBy,
)
from evomerge.recipe.writers import CONSTITUTION
from evomerge.run.loop.standing import standing_items
from evomerge.run.preparation.preflight import Prepared
from evomerge.score.items.duplicates import nearly_known
from evomerge.score.items.item import Item, content_id
from evomerge.score.tasks.reader import NOT_ITS_OWN
from evomerge.training import Example


def is_correction(one: MadeItem) -> bool:
    """Whether a made item is a corrected answer, and no document of a task."""
    return one.origin.kind is WrittenBy.CORRECTION


def as_item(one: MadeItem) -> Item:
    """Question and answer, to be compared with others; nothing is asked for it."""
    return Item(PROBES, one.id, NOT_ITS_OWN, (), one.question, one.solution)


def filed(
    nth: int, prepared: Prepared, corrections: Sequence[Correction], made: Sequence[MadeItem]
) -> ItemsMade:
    """The corrections of a cycle as items: those that are nearly no item of any split, no sealed
    probe, and nothing that was made before.

    Args:
        nth: the cycle.
        prepared: with a constitution.
        corrections: by a judge that counts.
        made: in earlier cycles, and in this one.
    """
    opened, refused = prepared.constitution, RefusedDrafts()
    assert opened is not None
    models = (opened.judge.judge.name,)
    drafts = [
        DraftItem(CONSTITUTION, WrittenBy.CORRECTION, draw, _document(one), models=models)
        for draw, one in enumerate(corrections)
    ]
    fit = []
    for draft, one in zip(drafts, corrections, strict=True):
        if why := text_problem(one.answer):
            refused.add(draft, f"its answer {why}")
        else:
            fit.append((draft, one))
    known = [*standing_items(prepared), *map(as_item, made)]
    near = nearly_known([_item(one) for _, one in fit], known)
    items = []
    for (draft, one), like in zip(fit, near, strict=True):
        if like is not None:
            refused.add(draft, NEAR, hide=True)
        else:
            items.append(_made(nth, draft, one))
    drawn = {CONSTITUTION: len(corrections)}
    return ItemsMade(nth, PROBES, tuple(items), refused.all, drawn)


def corrected_lessons(prepared: Prepared, made: Sequence[MadeItem]) -> list[Example]:
    """Of corrections that were filed: what a model was asked, and what it should have answered.

    The answer begins with the space with which the model's own began.
    """
    opened = prepared.constitution
    lessons = []
    for one in made:
        if is_correction(one) and opened is not None:
            shown = opened.requests[one.document["probe"]].shown
            broken = one.document["broken"]
            between = broken[: len(broken) - len(broken.lstrip())]
            if not between and _loses_space(prepared, shown):
                between = " "
            lessons.append(Example(shown, f"{between}{one.solution}", one.origin.kind))
    return lessons


def _loses_space(prepared: Prepared, shown: tuple[int, ...]) -> bool:
    """Whether a space stands between a prompt and its answer that no answer shows: some tokenizers
    leave out the one that a text begins with.
    """
    tokenizer: Any = prepared.tokenizer
    *first, last = tokenizer("a b", add_special_tokens=False)["input_ids"]
    shows = tokenizer.decode(first) + tokenizer.decode([last]) == "a b"
    if shows or prepared.evolve.apply_chat_template:
        return False
    ends: str = tokenizer.decode(shown[-1:])
    return ends == ends.rstrip()


def _document(one: Correction) -> dict[str, str]:
    return {"probe": one.probe, "broken": one.broken, "prompt": one.prompt, "answer": one.answer}


def _item(one: Correction) -> Item:
    return Item(PROBES, content_id(_document(one)), NOT_ITS_OWN, (), one.prompt, one.answer)


def _made(nth: int, draft: DraftItem, one: Correction) -> MadeItem:
    document = _document(one)
    origin = ItemOrigin(
        draft.writer, draft.kind, Verified.JUDGED, nth, draft.draw, draft.models, draft.models
    )
    id_ = content_id(document)
    return MadeItem(id_, document, one.prompt, one.answer, origin, Use.TRAINING)
