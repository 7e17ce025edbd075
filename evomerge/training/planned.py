"""An adapter that is to be trained: what it will be made of, and where it will stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import torch

from evomerge.disk import is_full
from evomerge.errors import NoRoomError, ParentError, UserError
from evomerge.recipe import Training
from evomerge.training.adapter import Adapter
from evomerge.training.example import Example, data_sha256
from evomerge.training.learning import inputs_sha256
from evomerge.training.order import Trained, TrainingOrder, versions
from evomerge.training.progress import KeptState
from evomerge.training.texts import ExampleTokenizer
from evomerge.training.writing import write_adapter
from evomerge.weights import Parent, refuse_existing
from evomerge.weights.adapters.files import AdapterFiles
from evomerge.weights.parents.location import parts_of


@dataclass(frozen=True)
class PlannedAdapter:
    """An adapter before it is trained."""

    out: Path
    examples: tuple[Example, ...]
    base: Parent
    order: TrainingOrder
    device: torch.device
    kept: KeptState
    """Where the state of its training is kept."""

    @classmethod
    def of(
        cls,
        settings: Training,
        examples: Iterable[Example],
        base: Parent,
        tokenizer: Any,
        out: Path,
        seed: int,
        device: torch.device,
    ) -> Self:
        """The plan for some examples; see :func:`evomerge.training.train`.

        Raises:
            TrialError: nothing can be learnt.
            UserError: the base cannot be trained, or `out` cannot be written.
            NoRoomError: the disk is full.
        """
        if parts_of(base.pinned)[1]:
            raise UserError(
                f"{base.name}: has an adapter already, and a second one cannot stand on it; merge "
                "it into its base, and train from that"
            )
        each = tuple(examples)
        texts = ExampleTokenizer(base, tokenizer).texts(each)
        order = TrainingOrder(settings, tuple(texts), seed)
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            kind = NoRoomError if is_full(error) else UserError
            raise kind(f"{out}: cannot be written ({error.strerror})") from None
        kept = KeptState(out, inputs_sha256(order, base, device))
        return cls(out, each, base, order, device, kept)

    def standing(self) -> Adapter | None:
        """The adapter where it stands already, made of the same: a run that was killed before it
        had recorded it takes it as it is. None where nothing stands there.

        Raises:
            UserError: something else does.
        """
        try:
            adapter = Adapter.read(self.out)
            AdapterFiles.read(self.out)  # compares it with its manifest
        except ParentError:
            refuse_existing(self.out)
            return None
        made = adapter.settings, adapter.seed, adapter.data_sha256, adapter.base_sha256
        wanted = self.order.settings, self.order.seed, data_sha256(self.examples)
        same = made == (*wanted, self.base.content_hash) and adapter.device == self.device.type
        if not same or adapter.versions != versions():
            refuse_existing(self.out)
        return adapter

    def written(self, trained: Trained) -> Adapter:
        """The adapter, and its state let go of.

        Raises:
            UserError: the folder cannot be made.
            NoRoomError: the disk is full.
        """
        adapter = write_adapter(
            self.out, self.examples, self.order, trained, self.base, self.device.type
        )
        self.kept.remove()
        return adapter
