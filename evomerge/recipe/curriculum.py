"""The `curriculum:` of a search: who writes items, who verifies them, and what they may count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from evomerge.recipe.source import Place
from evomerge.recipe.values import Frozen, PlacedError
from evomerge.recipe.verifiers import Agreement, JudgeVerifier, ProgramVerifier, Verifier
from evomerge.recipe.writers import (
    CONSTITUTION,
    ELITE,
    LEADER,
    ChainWriter,
    ModelWriter,
    ProgramWriter,
    Writer,
)

Part = Annotated[float, Field(ge=0, le=1)]


class SolvedShare(Frozen):
    """Which share of the population solves an item that is kept; both ends belong to it."""

    least: Part = 0.0
    most: Part = 0.9

    @model_validator(mode="after")
    def _check(self) -> SolvedShare:
        if self.least > self.most:
            raise ValueError(f"least ({self.least:g}) must not be more than most ({self.most:g})")
        return self


class Curriculum(Frozen):
    """Items that the population writes, cycle after cycle: for the search and for training alone.

    None of them is ever scored on validation or test.
    """

    task: str = Field(min_length=1, description="a term of the fitness: items are its documents")
    writers: Annotated[tuple[Writer, ...], Field(min_length=1, max_length=64)]
    verifiers: Annotated[tuple[Verifier, ...], Field(max_length=16)] = Field(
        (), description="each must pass an item"
    )
    solved: SolvedShare = Field(
        SolvedShare(), description="which share of the population solves an item that is kept"
    )
    share: float = Field(
        0.3, ge=0, lt=1, description="most that made items may be of the fitness in the search"
    )
    scored: Part = Field(
        0.3, description="share of items by programs that is scored on; all others are for training"
    )

    @model_validator(mode="after")
    def _check(self) -> Curriculum:
        names: set[str] = set()
        for number, writer in enumerate(self.writers):
            if writer.name in names:
                said = f"two writers are called {writer.name!r}"
                raise PlacedError(said, "writers", number, "name")
            names.add(writer.name)
            if writer.name in (LEADER, ELITE):
                said = f"{writer.name!r} is a model of the population; call the writer otherwise"
                raise PlacedError(said, "writers", number, "name")
            if writer.name == CONSTITUTION:
                said = f"{writer.name!r} is what corrections are filed under; call it otherwise"
                raise PlacedError(said, "writers", number, "name")
        return self

    @property
    def chains(self) -> dict[str, ChainWriter]:
        """Those of the writers that are chains, by name."""
        return {one.name: one for one in self.writers if isinstance(one, ChainWriter)}

    @property
    def adversaries(self) -> dict[str, ModelWriter]:
        """Those of the writers that write variants of what the leader misses, or alone solves."""
        models = (one for one in self.writers if isinstance(one, ModelWriter))
        return {one.name: one for one in models if one.variants is not None}

    @property
    def programs(self) -> tuple[tuple[Place, str], ...]:
        """The files of all programs, and where each is named, from `curriculum:` on."""
        return tuple(self._programs())

    @property
    def asked(self) -> tuple[tuple[Place, str], ...]:
        """The models that are asked by name on this run's machines, and where each is named."""
        return tuple(self._asked())

    @property
    def tasks(self) -> tuple[tuple[Place, str], ...]:
        """The tasks that it names, as the fitness does, and where, from `curriculum:` on."""
        return (("task",), self.task), *(
            (("writers", number, "questions", "task"), writer.questions.task)
            for number, writer in enumerate(self.writers)
            if isinstance(writer, ChainWriter) and writer.questions.task is not None
        )

    def _programs(self) -> Iterator[tuple[Place, str]]:
        for number, writer in enumerate(self.writers):
            if isinstance(writer, ProgramWriter):
                yield ("writers", number, "program"), writer.program
            elif isinstance(writer, ChainWriter) and writer.questions.program is not None:
                yield ("writers", number, "questions", "program"), writer.questions.program
        for number, verifier in enumerate(self.verifiers):
            if isinstance(verifier, ProgramVerifier):
                yield ("verifiers", number, "program"), verifier.program

    def _asked(self) -> Iterator[tuple[Place, str]]:
        for number, writer in enumerate(self.writers):
            if isinstance(writer, ChainWriter):
                for step, one in enumerate(writer.chain):
                    yield ("writers", number, "chain", step, "ask"), one.ask
            elif not isinstance(writer, ProgramWriter) and writer.url is None:
                yield ("writers", number, "model"), writer.model
        for number, verifier in enumerate(self.verifiers):
            if isinstance(verifier, JudgeVerifier):
                yield ("verifiers", number, "judge"), verifier.judge
            elif isinstance(verifier, Agreement):
                for place, name in enumerate(verifier.of):
                    if name not in self.chains:
                        yield ("verifiers", number, "of", place), name
