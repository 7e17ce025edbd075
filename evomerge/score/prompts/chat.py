"""Prompts wrapped as chat turns, and what the template makes of the turns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError

from evomerge.score.prompts.rendering import chat_text

LONGEST = 200
"""Characters of the end of a prompt in which a mark is looked for that opens a thought."""
SWITCHES = ("enable_thinking", "thinking")
"""Arguments by which chat templates are told whether the model is to think before it answers."""

_OPENED = re.compile(
    r"(<[^<>/\s]*(?:think|thought|reason)[^<>\s]*>|\[THINK\]|◁think▷"
    r"|<\|channel\|>analysis<\|message\|>)\s*$",
    re.IGNORECASE,
)
"""The end of a prompt in which a thought was opened and not closed."""

Turns = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class OpenThought:
    """A thought that the model is in, or is free to begin, where its answer is to stand."""

    opened: str
    """What the template writes to open it; empty where it leaves that to the model."""
    switch: str
    """The argument that turns it off when it is false; empty where there is none."""


class ChatTurns:
    """Renders turns with a chat template, as lm-eval does.

    Args:
        tokenizer: whose template it is.
        arguments: what the template is given beside the turns.
    """

    def __init__(self, tokenizer: Any, arguments: Mapping[str, Any]) -> None:
        self._tokenizer, self._arguments = tokenizer, dict(arguments)
        self.unheard = ""
        """A system turn that the template leaves out; empty where it leaves out none."""

    def __call__(self, chat_history: Turns, add_generation_prompt: bool = True) -> str:
        """The text of a prompt; called by lm-eval.

        A template that refuses a system turn is not given it.

        Raises:
            jinja2.TemplateError: the template refuses the other turns.
        """
        try:
            text = self._render(chat_history, add_generation_prompt)
        except TemplateError:
            others = [turn for turn in chat_history if turn["role"] != "system"]
            text = self._render(others, add_generation_prompt)
        for turn in chat_history:
            if turn["role"] == "system" and _folded(turn["content"]) not in _folded(text):
                self.unheard = turn["content"]
        return text

    def idle_arguments(self) -> list[str]:
        """The arguments that stand nowhere in the template."""
        template = str(self._tokenizer.chat_template)
        return [
            name for name in self._arguments if not re.search(rf"\b{re.escape(name)}\b", template)
        ]

    def open_thought(self) -> OpenThought | None:
        """What the template says of thoughts where an answer begins; None where it says nothing."""
        question = [{"role": "user", "content": "?"}]
        try:
            text = self._render(question, True).strip()
            without = {s: self._render(question, True, {s: False}).strip() for s in SWITCHES}
        except TemplateError:
            return None
        switch = next((name for name in SWITCHES if without[name] != text), "")
        if opened := _OPENED.search(text[-LONGEST:]):
            return OpenThought(opened[1], switch)
        if not switch:
            return None
        begins = text.startswith(without[switch])
        return OpenThought(text.removeprefix(without[switch]).strip() if begins else "", switch)

    def _render(
        self, turns: Turns, add_generation_prompt: bool, more: Mapping[str, Any] | None = None
    ) -> str:
        return chat_text(
            self._tokenizer,
            turns,
            add_generation_prompt=add_generation_prompt,
            continue_final_message=not add_generation_prompt,
            **{**self._arguments, **(more or {})},
        )


def _folded(text: str) -> str:
    return " ".join(text.split())
