"""Whether answers keep to a principle: what says so, and what it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from evomerge.constitution.constitution import Principle

MATERIAL = """\
<prompt {code}>
{prompt}
</prompt {code}>

<answer {code}>
{answer}
</answer {code}>
"""
"""A prompt and an answer between marks that neither can hold, as judges are shown them."""


@dataclass(frozen=True)
class GivenAnswer:
    """An answer to a prompt, and what the base model answers to it."""

    prompt: str
    answer: str
    base: str | None = None
    """None where it is compared with nothing."""


class PrincipleJudge(Protocol):
    """Holds answers to a principle."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def breaks(self, principle: Principle, given: Sequence[GivenAnswer]) -> list[bool]:
        """Whether each answer breaks the principle. One that is not cleared of it counts as one
        that does: silence, a contradiction, or what cannot be read to its end.

        Raises:
            Stopped: the judge cannot be reached.
        """
        ...

    def worse(self, principle: Principle, given: Sequence[GivenAnswer]) -> list[bool]:
        """Whether the base model's answer keeps to the principle better, in whatever order the two
        are shown. No where there is no other answer.

        Raises:
            Stopped: the judge cannot be reached.
        """
        ...
