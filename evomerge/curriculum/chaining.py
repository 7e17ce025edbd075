"""A chain followed from its question to a document: one model asked after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from evomerge.curriculum.asker import ModelReply
from evomerge.curriculum.context import CycleContext
from evomerge.curriculum.population import Document
from evomerge.curriculum.prompts import rendered
from evomerge.recipe.writers import ChainWriter, Step


@dataclass(frozen=True)
class ChainLink:
    """How far a chain has come with one question."""

    asked: Document
    """The question that it began with."""
    parts: tuple[str | int, ...]
    """What chance in its answers follows from."""
    answers: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    replies: tuple[ModelReply, ...] = ()
    reason: str = ""
    """Why it ended early; empty where it did not."""

    @property
    def values(self) -> dict[str, object]:
        """What templates are given: the question's fields, and the answers so far."""
        known = {"answer": self.answers[-1]} if self.answers else {}
        return {**self.asked, **known, "answers": [*self.answers]}

    def answered(self, step: int, model: str, reply: ModelReply) -> ChainLink:
        """The same with one more answer."""
        answer = reply.text.strip()
        reason = "" if answer else f"step {step} ({model}) said nothing"
        if not reply.finished:
            reason = f"step {step} ({model}) did not come to an end"
        return replace(
            self,
            answers=(*self.answers, answer),
            models=(*self.models, model),
            replies=(*self.replies, reply),
            reason=reason,
        )


def followed(
    chain: ChainWriter,
    links: Sequence[ChainLink],
    context: CycleContext,
    temperature: float | None = None,
) -> list[ChainLink]:
    """Chains followed to their ends, each step asked of all of them at once.

    Args:
        links: where they begin.
        temperature: at which all answers are drawn; by default as each step says.
    """
    links = [*links]
    for number, step in enumerate(chain.chain, 1):
        links = _stepped(links, number, step, context, temperature)
    return links


def _stepped(
    links: Sequence[ChainLink],
    number: int,
    step: Step,
    context: CycleContext,
    temperature: float | None,
) -> list[ChainLink]:
    questions = {}
    made = [*links]
    warmth = (step.temperature or 0.0) if temperature is None else temperature
    for place, link in enumerate(links):
        if link.reason:
            continue
        try:
            prompt = rendered(step.prompt, link.values)
        except ValueError as error:
            made[place] = replace(link, reason=f"step {number}: {error}")
            continue
        questions[place] = context.question(step.ask, prompt, step, warmth, *link.parts, number)
    replies = context.asker.ask([*questions.values()]) if questions else ()
    for place, reply in zip(questions, replies, strict=True):
        made[place] = links[place].answered(number, step.ask, reply)
    return made


def document_of(chain: ChainWriter, link: ChainLink, context: CycleContext) -> Mapping[str, object]:
    """The document that a chain has come to.

    Raises:
        ValueError: one of its templates cannot be rendered.
    """
    return {
        name: context.fields.read(name, rendered(template, link.values))
        for name, template in chain.document.items()
    }
