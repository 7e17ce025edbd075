"""The probes of a constitution as a model is asked them: in tokens, as tasks are asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError

from evomerge.constitution.constitution import Constitution, ConstitutionProbe
from evomerge.engine.request import Generation, Request
from evomerge.errors import RecipeError
from evomerge.ledger import Split
from evomerge.recipe import ConstitutionSettings, Evolve
from evomerge.score.items.item import Item
from evomerge.score.prompts.answering import Answers
from evomerge.score.prompts.chat import ChatTurns
from evomerge.score.tasks.term import Term

if TYPE_CHECKING:
    from evomerge.score.harness import Recorder


@dataclass(frozen=True)
class AskedText:
    """A prompt in the place of one of lm-eval's instances."""

    args: tuple[str, dict[str, Any]]
    """The prompt, and how its answer is generated."""
    request_type: str = "generate_until"


def probe_requests(
    text: Constitution,
    settings: ConstitutionSettings,
    evolve: Evolve,
    terms: Sequence[Term],
    recorder: Recorder,
) -> dict[ConstitutionProbe, Request]:
    """What a model is asked for each probe of the file, and for a task's items; of equal prompts
    the first.

    Args:
        terms: of the fitness.
        recorder: builds prompts for the offspring.

    Raises:
        RecipeError: a prompt is too long or cannot be built, or the task has no such items.
        ParentError: a prompt cannot be tokenized.
    """
    found: dict[str, tuple[ConstitutionProbe, Request]] = {}
    arguments = evolve.chat_template_args or {}
    turns = ChatTurns(recorder.tokenizer, arguments) if evolve.apply_chat_template else None
    for probe in text.probes:
        request = _asked(probe.prompt, settings, evolve, turns, recorder)
        found.setdefault(probe.id, (probe, request))
    for item, request in _of_task(settings, terms):
        probe = ConstitutionProbe(prompt=item.text)
        found.setdefault(probe.id, (probe, request))
    return dict(found.values())


def _asked(
    prompt: str,
    settings: ConstitutionSettings,
    evolve: Evolve,
    turns: ChatTurns | None,
    recorder: Recorder,
) -> Request:
    """One prompt as a task's would be, with its system turn and thoughts."""
    shown = prompt if not evolve.system else f"{evolve.system}\n\n{prompt}"
    if turns is not None:
        said = [{"role": "user", "content": prompt}]
        if evolve.system:
            said.insert(0, {"role": "system", "content": evolve.system})
        try:
            shown = turns(said)
        except TemplateError as error:
            raise RecipeError(f"the chat template refuses a probe ({error})") from None
    answering = {"until": [*settings.until], "max_gen_toks": settings.max_gen_toks}
    asked = AskedText((shown, {**answering, "do_sample": False}))
    try:
        requests = recorder.record(asked)
    except AssertionError as error:
        raise RecipeError(f"the probe {prompt[:60]!r} does not fit the model ({error})") from None
    if recorder.cut:
        raise RecipeError(
            f"the probe {prompt[:60]!r} is {recorder.cut} tokens longer than the model reads, with "
            f"room for an answer of {settings.max_gen_toks}"
        )
    answers = Answers(think_end=evolve.think_end or "")
    return answers.asked(requests, asked, Item("", "", 0, requests))[0]


def _of_task(
    settings: ConstitutionSettings, terms: Sequence[Term]
) -> Iterator[tuple[Item, Request]]:
    """Search items of the task that is named, those whose hashes come first."""
    if settings.probes is None:
        return
    name = settings.probes.task
    term = next((term for term in terms if term.task == name), None)
    items = [] if term is None else term.items[Split.SEARCH]
    texts = [item for item in items if item.text and isinstance(item.requests[0], Generation)]
    if not texts:
        named = ", ".join(term.task for term in terms)
        raise RecipeError(
            f"probes: {name} is no task here with search items that are answered by texts; there "
            f"are {named}"
        )
    ranked = sorted(texts, key=lambda item: hashlib.sha256(item.id.encode()).digest())
    for item in ranked[: settings.probes.items]:
        yield item, item.requests[0]
