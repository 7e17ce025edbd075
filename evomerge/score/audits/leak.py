"""Answers that stand in their own prompts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evomerge.score.audits.contrast import jumps

SHORTEST = 2
"""Characters: a shorter answer stands in any prompt."""
SHIFTS = 10
"""Other items whose answers each prompt is searched for."""


@dataclass(frozen=True)
class Leaks:
    """How often a task's prompts hold their answers."""

    items: int
    """Those whose answer is long enough to tell, and not one of choices that all stand there."""
    share: float
    """Those whose prompt holds the gold answer, word for word."""
    by_chance: float
    """The same of other items' gold answers."""

    @property
    def suspect(self) -> bool:
        """Whether answers stand in their prompts by more than chance.

        A caution and no proof: a task that asks to find the answer in a text is like this too.
        """
        return self.items > 1 and jumps(self.share, self.items, self.by_chance, self.items)


def leaks(
    prompts: Sequence[str],
    golds: Sequence[str | None],
    choices: Sequence[Sequence[str]] | None = None,
) -> Leaks:
    """Look for each gold answer in its own prompt, and in those of other items.

    Args:
        prompts: each item's, with everything that the model is shown.
        golds: each item's right answer as text; None where it has none.
        choices: each item's, of multiple choice; prompts that show all of them are left out.

    Raises:
        ValueError: there is not one gold answer, or not one list of choices, for each prompt.
    """
    folded = [prompt.casefold() for prompt in prompts]
    offered = choices if choices is not None else [()] * len(prompts)
    usable = [
        (prompt, gold.strip().casefold())
        for prompt, gold, listed in zip(folded, golds, offered, strict=True)
        if gold is not None
        and len(gold.strip()) >= SHORTEST
        and not (listed and all(_holds(prompt, choice.strip().casefold()) for choice in listed))
    ]
    own = [_holds(prompt, gold) for prompt, gold in usable]
    others = [
        _holds(prompt, usable[(place + shift) % len(usable)][1])
        for place, (prompt, gold) in enumerate(usable)
        for shift in range(1, min(SHIFTS + 1, len(usable)))
        if usable[(place + shift) % len(usable)][1] != gold
    ]
    return Leaks(len(usable), _share(own), _share(others))


def _holds(prompt: str, answer: str) -> bool:
    """Whether an answer stands there, and not merely as part of a word or number.

    Only ASCII letters and digits count for that: not all scripts have spaces.
    """
    return bool(re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", prompt, re.ASCII))


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
