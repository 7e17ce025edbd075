"""A trained adapter: its folder, and what it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from evomerge.errors import ParentError
from evomerge.ledger import AdapterTrained, Cost
from evomerge.reading.file_kind import SETTINGS
from evomerge.reading.json_text import read_object
from evomerge.recipe import Training

RECORD = "training.json"
"""What an adapter was made of, in its folder."""
DATA = "data.jsonl"
"""The examples, in the adapter's folder."""


@dataclass(frozen=True)
class Adapter:
    """A low-rank adapter in PEFT's format: BASE+FOLDER is a parent."""

    folder: Path
    base: str
    """The model that it changes, by its pinned name."""
    base_sha256: str
    """The base's content hash."""
    weights_sha256: str
    """Of its own tensors: their names, types, shapes and bytes."""
    data_sha256: str
    """Of the examples, whatever their order and origin."""
    settings: Training
    seed: int
    examples: Mapping[str, int]
    """How many it was trained on, by origin."""
    left_out: int
    """Examples whose answers alone are longer than what the model reads."""
    versions: Mapping[str, str]
    """Of the libraries that decide its bits."""
    device: str
    """cpu or cuda."""
    steps: int
    tokens: int
    """That the model read in all steps together."""
    seconds: float
    """Of all steps, in all sessions."""
    loss: float
    """Mean over the last step's tokens that were learnt: -log p, in nats."""

    def plain(self) -> dict[str, Any]:
        """All of it but the folder, as JSON values."""
        plain = {key: value for key, value in vars(self).items() if key != "folder"}
        return {**plain, "settings": self.settings.model_dump(mode="json")}

    def event(self, cycle: int, run_dir: Path, energy_j: float | None = None) -> AdapterTrained:
        """What a ledger records of it.

        Args:
            cycle: after which it was trained, counted from 0.
            run_dir: that its folder is in.
            energy_j: joules that its device took meanwhile; None where it does not tell.
        """
        return AdapterTrained(
            cycle=cycle,
            folder=self.folder.relative_to(run_dir).as_posix(),
            base=self.base,
            base_sha256=self.base_sha256,
            weights_sha256=self.weights_sha256,
            data_sha256=self.data_sha256,
            settings=self.plain()["settings"],
            examples=self.examples,
            versions=self.versions,
            steps=self.steps,
            loss=self.loss,
            cost=Cost(0.0, self.seconds, 0.0, self.tokens, energy_j),
        )

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The adapter in a folder, as it was written there.

        Raises:
            ParentError: it was not trained by evomerge, or its record cannot be read.
        """
        file = folder / RECORD
        try:
            return TypeAdapter(cls).validate_python(
                {**read_object(file, SETTINGS), "folder": folder}
            )
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise ParentError(f"{file}: {where}: {first['msg']}") from None
