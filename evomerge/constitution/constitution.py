"""A constitution: the principles of a file, its probes, and answers that people have labelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from evomerge.recipe.values import Frozen
from evomerge.score.items.item import content_id

Text = Annotated[str, Field(min_length=1, max_length=100_000)]
"""Some pages: what is longer is no prompt, and nobody has labelled it."""


class Principle(Frozen):
    """What answers must keep to."""

    name: Text
    text: Text = Field(description="as the judge reads it")


class ConstitutionProbe(Frozen):
    """A prompt whose answers are held to the principles."""

    prompt: Text
    principles: tuple[str, ...] = Field(
        (), description="names of those that its answers are held to; without it, all"
    )

    @property
    def id(self) -> str:
        """Names it by its prompt."""
        return content_id(self.prompt)


class LabelledAnswer(Frozen):
    """An answer that a person has judged: the judge must say the same."""

    prompt: Text
    answer: str = Field(max_length=2_000_000)
    verdict: Literal["ok", "violates"]
    principle: str

    @property
    def id(self) -> str:
        """Names it by its content."""
        return content_id([self.prompt, self.answer, self.principle])


class Constitution(Frozen):
    """What stands in the file."""

    principles: Annotated[tuple[Principle, ...], Field(min_length=1)]
    probes: tuple[ConstitutionProbe, ...] = ()
    labelled: Annotated[tuple[LabelledAnswer, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [principle.name for principle in self.principles]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"the principle {twice!r} stands twice")
        held = [name for probe in self.probes for name in probe.principles]
        for name in (*held, *(one.principle for one in self.labelled)):
            if name not in names:
                raise ValueError(f"no principle is called {name!r}; there are {', '.join(names)}")
        if len({one.verdict for one in self.labelled}) < 2:
            raise ValueError(
                "labelled: needs answers of both verdicts, ok and violates; a judge that always "
                "says the same would agree with one kind"
            )
        return self

    def concerned(self, probes: Sequence[ConstitutionProbe]) -> dict[Principle, list[int]]:
        """By principle, which of the probes are held to it, by their places."""
        return {
            principle: [
                place
                for place, probe in enumerate(probes)
                if not probe.principles or principle.name in probe.principles
            ]
            for principle in self.principles
        }
