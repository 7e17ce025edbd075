"""Adapters of a run trained again from what lies beside them, and compared bit by bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from evomerge.cores import Cores
from evomerge.device import choose_device
from evomerge.errors import ParentError, TrialError, UserError
from evomerge.ledger import AdapterTrained, Ledger
from evomerge.reading.file_kind import WEIGHTS as WEIGHT_FILE
from evomerge.reading.regular import require_inside
from evomerge.training.adapter import DATA, Adapter
from evomerge.training.data_file import from_file
from evomerge.training.example import data_sha256
from evomerge.training.learning import learn
from evomerge.training.order import TrainingOrder, versions
from evomerge.weights import open_parent
from evomerge.weights.adapters.files import WEIGHTS, AdapterFiles
from evomerge.weights.checkpoint.tensor_file import open_tensors
from evomerge.weights.digests import tensors_sha256


@dataclass(frozen=True)
class Remade:
    """An adapter of a run, trained again."""

    folder: str
    """In the run's folder."""
    recorded: str
    """The hash of its tensors in the ledger."""
    found: str = ""
    """Of those in its folder; "" where they cannot be read."""
    made: str = ""
    """Of those that were trained now; "" where none were."""
    changes: tuple[str, ...] = ()
    """Versions that are not what they were, a sentence each."""
    reason: str = ""
    """Why it was not trained."""

    @property
    def is_same(self) -> bool:
        """Whether all three have the same bits."""
        return self.recorded == self.found == self.made


def remake(
    run_dir: Path, *, cores: int | None = None, checkpoint: Callable[[], None] = lambda: None
) -> Iterator[Remade]:
    """Train each adapter of a run again, one after the other. No file of the run is written.

    Args:
        cores: all available ones by default; decides nothing.

    Raises:
        RunFolderError: the folder holds no run, or its ledger is damaged.
    """
    ledger = Ledger(run_dir)
    try:
        trained = {one.folder: one for one in ledger.all_of(AdapterTrained)}
    finally:
        ledger.close()
    for event in trained.values():  # of several of one folder the last
        yield _remade(run_dir, event, cores, checkpoint)


def _remade(
    run_dir: Path, event: AdapterTrained, cores: int | None, checkpoint: Callable[[], None]
) -> Remade:
    changes, found = _changes(event), ""
    try:
        folder = run_dir / event.folder
        require_inside(run_dir, folder / WEIGHTS, WEIGHT_FILE)
        found = _found(folder)
        adapter, order = _order(folder, event)
        base = open_parent(adapter.base)
        if base.content_hash != event.base_sha256:
            raise ParentError(
                f"{adapter.base}: its content hash is {base.content_hash}, and was "
                f"{event.base_sha256} when the adapter was trained; put the old version back"
            )
        device = choose_device(adapter.device)
        with Cores.on(device, cores) as own:
            trained = learn(order, base, own, device, checkpoint=checkpoint)
    except (UserError, TrialError) as error:
        return Remade(event.folder, event.weights_sha256, found, "", changes, str(error))
    made = tensors_sha256(trained.tensors)
    return Remade(event.folder, event.weights_sha256, found, made, changes)


def _found(folder: Path) -> str:
    """The hash of an adapter's tensors as they are stored.

    Raises:
        ParentError: its files cannot be read, or are not what its manifest says.
    """
    AdapterFiles.read(folder)
    with open_tensors(folder / WEIGHTS) as handle:
        tensors: dict[str, torch.Tensor] = {
            name: handle.get_tensor(name)
            for name in handle.keys()  # noqa: SIM118 - not a dict
        }
    return tensors_sha256(tensors)


def _order(folder: Path, event: AdapterTrained) -> tuple[Adapter, TrainingOrder]:
    """What is to be done again.

    Raises:
        ParentError: the folder says something else than the ledger, or cannot be read.
    """
    adapter = Adapter.read(folder)
    examples, texts = from_file(folder / DATA)
    same = {
        "a setting": adapter.plain()["settings"] == dict(event.settings),
        "the base": (adapter.base, adapter.base_sha256) == (event.base, event.base_sha256),
        "the data file": data_sha256(examples) == adapter.data_sha256 == event.data_sha256,
    }
    if other := [what for what, is_same in same.items() if not is_same]:
        raise ParentError(
            f"{folder}: {other[0]} in it does not match the run's ledger; restore the folder"
        )
    return adapter, TrainingOrder(adapter.settings, tuple(texts), adapter.seed)


def _changes(event: AdapterTrained) -> tuple[str, ...]:
    now = versions()
    return tuple(
        f"{name} was {was} and is {now.get(name, 'absent')}"
        for name, was in event.versions.items()
        if now.get(name) != was
    )
