"""Prompts that do not show the model what they were meant to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evomerge.errors import RecipeError
from evomerge.score.items.item import Item
from evomerge.score.prompts.chat import ChatTurns

BRIEF = 60
"""Characters of a turn that are told: enough to know which one it is."""


def cut_prompts(items: Sequence[Item]) -> Iterator[str]:
    """How many prompts lose their beginning, and how much of it."""
    cut = sorted(item.cut for item in items if item.cut)
    if cut:
        much = f"{cut[0]} to {cut[-1]}" if cut[0] < cut[-1] else f"{cut[0]}"
        yield (
            f"{len(cut)} of {len(items)} prompts are longer than the model reads and are cut on "
            f"the left, by {much} tokens: description and examples go first; take fewer examples "
            "(num_fewshot), shorter answers (max_gen_toks), or a model that reads more"
        )


def refuse_unheard(turns: ChatTurns) -> None:
    """Refuse a system turn of the recipe that the chat template leaves out.

    Raises:
        RecipeError: it does.
    """
    if turns.unheard:
        raise RecipeError(
            "system: the chat template has no system turn, so nobody would hear it; put it "
            "into the questions (doc_to_text), or name another chat_template"
        )


def unheard_turns(turns: ChatTurns) -> Iterator[str]:
    """A system turn, which is a task's description, that the chat template leaves out."""
    if turns.unheard:
        yield (
            f"the chat template has no system turn, so {_brief(turns.unheard)} is left out of the "
            "prompts; put it into the question (doc_to_text), or name another chat_template"
        )


def idle_arguments(turns: ChatTurns) -> Iterator[str]:
    """Arguments that the chat template does not look at."""
    if idle := turns.idle_arguments():
        yield f"chat_template_args: the chat template has no {', '.join(idle)}: it changes nothing"


def open_thoughts(turns: ChatTurns, generates: bool) -> Iterator[str]:
    """Answers that stand inside a thought.

    Args:
        generates: whether answers are generated, and not given ones asked for.
    """
    thought = turns.open_thought()
    if thought is None:
        return
    does = f"opens a thought ({thought.opened!r})" if thought.opened else "lets the model think"
    if generates:
        yield (
            f"the chat template {does} before the answer: the thought is judged with it, and stop "
            f"strings count inside it; say think_end: (what ends it), or {_without(thought.switch)}"
        )
    else:
        yield (
            f"the chat template {does} before the answer, and answers are asked for inside of the "
            f"thought; say {_without(thought.switch)}"
        )


def _without(switch: str) -> str:
    """What to do about thoughts."""
    if switch:
        return f"chat_template_args: {{{switch}: false}}"
    return "a chat_template without it"


def _brief(text: str) -> str:
    return repr(text if len(text) <= BRIEF else f"{text[: BRIEF - 3]}...")
