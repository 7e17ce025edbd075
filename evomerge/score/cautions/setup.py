"""How a task is asked: what of it keeps models from scoring, known before any has been asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evomerge.score.cautions.golds import ungiven
from evomerge.score.cautions.limits import unnamed_limits
from evomerge.score.cautions.prompts import (
    cut_prompts,
    idle_arguments,
    open_thoughts,
    unheard_turns,
)
from evomerge.score.cautions.settings import dropped_examples, repeated_keys
from evomerge.score.items.item import Item
from evomerge.score.prompts.chat import ChatTurns


@dataclass(frozen=True)
class SetUp:
    """How a task is asked."""

    task: Any
    """An lm-eval task."""
    measure: str | None
    """The metric of its term."""
    generates: bool
    """Whether answers are generated, and not given ones asked for."""
    named: Mapping[str, Any]
    """The generation settings that task file or recipe name."""
    file: Path | None
    """The task's file; None without one."""
    turns: ChatTurns | None
    """What has rendered its prompts; None where they are no chat turns."""
    thinks: bool
    """Whether it is known what ends the thoughts before answers."""

    def cautions(self, items: Sequence[Item], docs: Sequence[Any]) -> Iterator[str]:
        """What keeps models from scoring, with the cure.

        Args:
            items: as they are asked.
            docs: the documents that they are.
        """
        yield from cut_prompts(items)
        if (found := ungiven(self.task, docs, self.measure)) is not None:
            yield found.told
        yield from unnamed_limits(self.task, self.named)
        yield from dropped_examples(self.task)
        if self.file is not None:
            yield from repeated_keys(self.file)
        if self.turns is not None:
            yield from unheard_turns(self.turns)
            yield from idle_arguments(self.turns)
            if not (self.generates and self.thinks):
                yield from open_thoughts(self.turns, self.generates)
