"""Whether questions are put as chat turns, as the models' chat templates say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evomerge.weights.vocabularies.tokenizer import chat_template_of


@dataclass(frozen=True)
class Chats:
    """How questions are put."""

    applied: bool
    template: str
    """What the recipe says under `chat_template`; "" where it says nothing."""
    why: str


def chats_of(base: Path, fine_tunes: Mapping[str, Path]) -> Chats:
    """Whether a chat template is applied, by those that the models have.

    Args:
        base, fine_tunes: folders of the tokenizers, the fine-tunes' by name.

    Raises:
        ParentError: a template cannot be read.
    """
    own = chat_template_of(base)
    templates = {name: chat_template_of(folder) for name, folder in fine_tunes.items()}
    lacking = [name for name, template in templates.items() if template is None]
    if len(lacking) == len(templates):
        return Chats(False, "", "no fine-tune has a chat template: questions are shown as they are")
    if lacking:
        return Chats(
            False,
            "",
            f"{lacking[0]} has no chat template and others have one: questions are shown as they "
            "are; say true if all of them were trained on chats",
        )
    if len({*templates.values()}) > 1:
        return Chats(
            False,
            "",
            "the fine-tunes' chat templates differ, and no offspring can be asked in all of them: "
            "questions are shown as they are",
        )
    if own == next(iter(templates.values())):
        return Chats(True, "", "base and fine-tunes have one chat template, and are asked in it")
    if len(templates) == 1 and own is not None:
        return Chats(
            False,
            "",
            "base and fine-tune have different chat templates: questions are shown as they are",
        )
    return Chats(
        True, "auto", "all fine-tunes have one chat template, and the offspring is asked in it"
    )
