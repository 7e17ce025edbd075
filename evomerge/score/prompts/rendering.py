"""Chat turns as text: a model's template, rendered in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError

from evomerge.confined import Confined, Exceeded

KEPT = 4
"""Tokenizers whose processes are kept: a run has one, and one for each parent as it was shipped."""


def chat_text(tokenizer: Any, turns: Sequence[Mapping[str, str]], **options: Any) -> str:
    """What a tokenizer's chat template makes of turns.

    Args:
        options: as transformers' apply_chat_template takes them.

    Raises:
        jinja2.TemplateError: the template refuses them.
        Exceeded: it takes too much time or memory.
    """
    if "chat_template" not in options:  # the process knows the tokenizer as it was
        options["chat_template"] = tokenizer.get_chat_template()
    try:
        text: str = _renderer(tokenizer)([dict(turn) for turn in turns], options)
    except Exceeded as error:
        raise Exceeded(f"the chat template of {tokenizer.name_or_path} {error}") from None
    return text


@lru_cache(maxsize=KEPT)
def _renderer(tokenizer: Any) -> Confined:
    def render(turns: Sequence[Mapping[str, str]], options: Mapping[str, Any]) -> Any:
        return tokenizer.apply_chat_template(turns, tokenize=False, **options)

    return Confined(render, (TemplateError, ValueError, TypeError, KeyError))
