"""Chat templates that are missing, broken, another model's, or never come to an end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evomerge.confined import Confined
from evomerge.diagnosis.finding import Finding, listed
from evomerge.diagnosis.subject import END, Subject
from evomerge.weights.vocabularies.chat_template import syntax_error

_MARK = re.compile(r"<\|[^|<>\s{}]+\|>|<(?:start|end)_of_turn>")
"""Marks of turns, which are one token each where a template is a model's own."""
ANSWER = "an answer"
CHAT = [{"role": "user", "content": "a question"}, {"role": "assistant", "content": ANSWER}]


def chat_template(subject: Subject, parents: Sequence[Subject]) -> Iterator[Finding]:
    """What is wrong with the chat template."""
    template = subject.chat_template
    givers = [one for one in parents if one.chat_template]
    if template is None:
        if givers and len(givers) == len(parents):
            yield Finding(
                "chat template",
                f"it has none, and {listed([one.name for one in givers])} has one",
                _copy(givers),
            )
        return
    if problem := syntax_error(template):
        yield Finding("chat template", f"it is not a template: {problem}", _copy(givers))
        return
    vocabulary = subject.vocabulary
    if not vocabulary or any(_chats_alike(one, subject) for one in parents):
        return
    strange = [mark for mark in dict.fromkeys(_MARK.findall(template)) if mark not in vocabulary]
    if strange:
        yield Finding(
            "chat template",
            f"its marks are no tokens of the tokenizer: {listed(strange)}",
            _copy(givers),
        )
        return
    yield from _endless(subject, template, givers)


def _endless(subject: Subject, template: str, givers: Sequence[Subject]) -> Iterator[Finding]:
    """Whether the mark that ends an answer in the template is one that the model stops at."""
    render = subject.tokenizer.apply_chat_template
    filled = Confined(lambda: str(render(CHAT, chat_template=template, tokenize=False)))
    try:
        text = filled()
    except Exception as error:  # whatever a template can raise
        yield Finding("chat template", f"it cannot be filled in: {error}", _copy(givers))
        return
    ending = _MARK.search(text.rpartition(ANSWER)[2])
    if ending is None:
        return
    number = subject.vocabulary.get(ending.group())
    if number not in {*subject.stops, subject.end}:
        yield Finding(
            "end of an answer",
            f"the chat template ends answers by {ending.group()} (token {number}), and the model "
            f"stops at {', '.join(map(str, sorted(subject.stops))) or 'nothing'}",
            f"add {number} to {END} in generation_config.json",
        )


def _chats_alike(one: Subject, other: Subject) -> bool:
    """Whether two have the same template and tokens, and stop at the same ones."""
    return (one.chat_template, one.vocabulary, one.stops) == (
        other.chat_template,
        other.vocabulary,
        other.stops,
    )


def _copy(givers: Sequence[Subject]) -> str:
    if givers:
        return f"say chat_template: {givers[0].name} in the recipe, or copy chat_template.jinja"
    return "say chat_template: chatml in the recipe, or the format that its parents were trained in"
