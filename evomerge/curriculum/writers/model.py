"""Documents that a model writes as JSON: variants of items, or what else its prompt asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from evomerge.curriculum.asker import ModelQuestion, ModelReply
from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.draft import DraftItem
from evomerge.curriculum.population import Document
from evomerge.curriculum.prompts import rendered
from evomerge.curriculum.writer_kind import WriterKind
from evomerge.errors import RecipeError
from evomerge.ledger import WrittenBy
from evomerge.reading.file_kind import DATA
from evomerge.reading.json_text import parse_json
from evomerge.recipe.names import short_names
from evomerge.recipe.writers import MISSED, SOLVED, ModelWriter
from evomerge.score.items.item import canonical

DRAWN = 1.0
"""The temperature unless the recipe says another: one prompt is to give many documents."""


def write(settings: ModelWriter, context: CycleContext) -> Sequence[DraftItem]:
    """A draft for each question that the model is asked."""
    questions: dict[int, ModelQuestion] = {}
    failed: dict[int, str] = {}
    for draw in range(settings.count):
        try:
            prompt = rendered(settings.prompt, _shown(settings, context, draw))
        except ValueError as error:
            failed[draw] = f"prompt: {error}"
            continue
        warmth = DRAWN if settings.temperature is None else settings.temperature
        parts = "model", settings.name, draw
        questions[draw] = context.question(settings.model, prompt, settings, warmth, *parts)
    asker = context.asker if settings.url is None else context.addresses[settings.name]
    replies = asker.ask([*questions.values()]) if questions else ()
    drafts = {
        draw: _draft(settings, draw, reply) for draw, reply in zip(questions, replies, strict=True)
    }
    for draw, why in failed.items():
        drafts[draw] = DraftItem(settings.name, WrittenBy.MODEL, draw, None, why)
    return [drafts[draw] for draw in sorted(drafts)]


def _shown(settings: ModelWriter, context: CycleContext, draw: int) -> dict[str, str]:
    """An item that the leader misses, one that it solves, as far as that is known, and another one,
    as JSON lines; nothing where people have written none for the search.

    Raises:
        ValueError: it is to be shown one that the leader misses, or solves, and there is none.
    """
    human = context.human.by_task.get(context.curriculum.task, ())
    told = {MISSED: context.human.missed, SOLVED: context.human.solved}
    if settings.variants is not None and not told[settings.variants]:
        does = "misses" if settings.variants == MISSED else "solves"
        raise ValueError(f"the leader {does} no search item of {context.curriculum.task}")
    if not human:
        return {}
    key = context.key("shown", settings.name, draw)
    shown = {what: _one(those or human, key) for what, those in told.items()}
    told_of = shown[settings.variants or MISSED]
    others = [one for one in human if one != told_of]
    shown["example"] = _one(others or human, key)
    return {what: _line(one) for what, one in shown.items()}


def _one(documents: Sequence[Document], key: int) -> Document:
    return documents[key % len(documents)]


def _line(document: Document) -> str:
    return json.dumps(document, ensure_ascii=False)


def _draft(settings: ModelWriter, draw: int, reply: ModelReply) -> DraftItem:
    document = first_object(reply.text)
    return DraftItem(
        settings.name,
        WrittenBy.MODEL,
        draw,
        document,
        "" if document is not None else "the model wrote no JSON object",
        (settings.model,),
        {},
        reply.tokens,
        reply.seconds,
    )


def first_object(text: str) -> Mapping[str, Any] | None:
    """The first JSON object in what a model said: all from a brace on, or one on a line."""
    start = text.find("{")
    if start < 0:
        return None
    end = text.rfind("}") + 1
    for part in (text[start:end], *text[start:].split("\n")):
        try:
            value = parse_json(part.strip(), "it", DATA)
            canonical(value)
        except (RecipeError, ValueError):
            continue
        if isinstance(value, dict):
            return value
    return None


_KEPT = {
    MISSED: "variants of what the leader misses, kept where a rival solves them and it does not",
    SOLVED: "variants of what the leader solves, kept where a rival misses them and it does not",
}


def _described(settings: ModelWriter) -> str:
    said = f"{settings.count} items by {short_names([settings.model])[settings.model]}, as JSON"
    return said if settings.variants is None else f"{said}: {_KEPT[settings.variants]}"


KIND = WriterKind("model", ModelWriter, write, _described)
