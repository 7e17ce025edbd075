"""A model that a recipe draws on, as others read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evomerge.errors import ParentError
from evomerge.weights.checkpoint.checked import check_tensors
from evomerge.weights.checkpoint.checkpoint import Checkpoint
from evomerge.weights.layouts.naming import aligned
from evomerge.weights.tensors import Tensors
from evomerge.weights.vocabularies.alignment import Aligned, Rows
from evomerge.weights.vocabularies.vocabulary import vocabulary_tensors


@dataclass(frozen=True)
class Parent:
    """A model that a recipe draws on."""

    name: str
    """As the recipe has it."""
    pinned: str
    """The name that leads to the same files on every machine: Hub ids with their commit."""
    folder: Path
    """Where config and generation config are."""
    tokenizer_folder: Path
    """Where its tokenizer is: the adapter's folder, where one is there."""
    config: dict[str, Any]
    generation_config: dict[str, Any] | None
    """None where the folder has none."""
    tensors: Tensors
    source: Checkpoint | None = None
    """The folder's own tensors, as they are stored; None of models that are in memory alone."""
    names: tuple[str, ...] | None = None
    """Where its tensors have other names here than in its files."""
    untied: tuple[tuple[str, str], ...] = ()
    """Tensors that its config.json ties to others and that have a value of their own here."""
    template: Parent | None = None
    """The parent in whose layout it is read, where that is not its own."""
    lacking: frozenset[str] = frozenset()
    """The tensors that it lacks, and that the template gives it."""
    alignment: Alignment | None = None
    """Where it is read in another vocabulary than its own."""
    notes: tuple[str, ...] = ()
    """What else than its files says of it, to be told: what is left out, and what is added."""

    @property
    def content_hash(self) -> str:
        """What distinguishes its weights from any others.

        Raises:
            ParentError: some of them are not finite, or not what the folder's manifest says.
        """
        try:
            if self.source is not None:
                check_tensors(self.source)
            return self.tensors.content_hash
        except ParentError as error:
            raise ParentError(f"{self.name}: {error}") from None

    def named(self, names: tuple[str, ...]) -> Parent:
        """The same parent, its tensors under the names that another model has for them."""
        tensors = aligned(self.tensors, names)
        return self if tensors is self.tensors else replace(self, tensors=tensors, names=names)

    def aligned(self, alignment: Alignment) -> Parent:
        """The same parent in another vocabulary.

        Raises:
            ParentError: rows that another parent gives do not fit.
        """
        tables = vocabulary_tensors(self.config, self.tensors.specs)
        if lacked := next((name for name in tables if name in self.lacking), None):
            raise ParentError(
                f"{self.name}: its tokens are to be numbered otherwise, and it lacks {lacked}; "
                "take a model that has it"
            )
        givers = {name: giver.tensors for name, giver in alignment.givers.items()}
        return replace(
            self,
            config=alignment.config,
            generation_config=alignment.generation_config,
            tensors=Aligned(self.tensors, tables, alignment.rows, givers),
            alignment=alignment,
        )


@dataclass(frozen=True)
class Alignment:
    """How a parent is read in another vocabulary."""

    rows: Rows
    givers: Mapping[str, Parent]
    """The parents that it is given rows by, in their own vocabularies."""
    config: dict[str, Any]
    generation_config: dict[str, Any] | None
    note: str
    """What it does to the parent, to be told."""
