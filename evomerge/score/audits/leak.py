"""Answers that stand in their own prompts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from evomerge.score.audits.contrast import jumps

T = TypeVar("T")

SHORTEST = 2
"""Characters: a shorter answer stands in any prompt."""
SHIFTS = 10
"""Other items whose answers each prompt is searched for."""


@dataclass(frozen=True)
class Leaks:
    """How often a task's prompts hold their answers."""

    items: int
    """Those whose answer is long enough to tell, or one of choices that all stand there."""
    share: float
    """Those whose prompt holds the gold answer, word for word; where all choices stand in it, more
    often than any other choice."""
    by_chance: float
    """The same of other items' gold answers; of choices, of those in the same place."""

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
        choices: each item's, of multiple choice.

    Raises:
        ValueError: there is not one gold answer, or not one list of choices, for each prompt.
    """
    folded = [prompt.casefold() for prompt in prompts]
    offered = choices if choices is not None else [()] * len(prompts)
    written, chosen = [], []
    for prompt, gold, listed in zip(folded, golds, offered, strict=True):
        named = [_count(prompt, choice.strip().casefold()) for choice in listed]
        if gold is not None and gold in listed and all(named):
            chosen.append((_most_named(named), listed.index(gold)))
        elif gold is not None and len(gold.strip()) >= SHORTEST:
            written.append((prompt, gold.strip().casefold()))
    own = [bool(_count(prompt, gold)) for prompt, gold in written]
    own += [most == gold for most, gold in chosen]
    others = [bool(_count(p, gold)) for (p, own), (_, gold) in _exchanged(written) if gold != own]
    others += [most == gold for (most, _), (_, gold) in _exchanged(chosen)]
    return Leaks(len(own), _share(own), _share(others))


def _exchanged(pairs: Sequence[T]) -> Iterator[tuple[T, T]]:
    """Each one with several of the others."""
    for place, one in enumerate(pairs):
        for shift in range(1, min(SHIFTS + 1, len(pairs))):
            yield one, pairs[(place + shift) % len(pairs)]


def _most_named(counts: Sequence[int]) -> int | None:
    """The place of the largest; None where it is not the only one."""
    most = max(counts)
    return counts.index(most) if counts.count(most) == 1 else None


def _count(prompt: str, answer: str) -> int:
    """How often an answer stands there, and not merely as part of a word or number.

    Only ASCII letters and digits count for that: not all scripts have spaces.
    """
    return len(re.findall(rf"(?<!\w){re.escape(answer)}(?!\w)", prompt, re.ASCII))


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
