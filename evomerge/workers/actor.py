"""What a worker does in a process of its own: it answers one job after the other."""

from __future__ import annotations

import contextlib
import logging
import pickle
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from evomerge.cores import Cores
from evomerge.device import devices_of
from evomerge.engine.kind import EngineKind
from evomerge.errors import EvomergeError
from evomerge.logs import logging_to
from evomerge.recipe import Recipe
from evomerge.weights import Parent
from evomerge.workers.evaluator import Evaluator
from evomerge.workers.protocol import Answer, Job, JobTraining

LOG = logging.getLogger(__name__)


class Actor:
    """An evaluator that is given everything as bytes or plain values.

    Args:
        engine: pickled.
        cores: how many its process may use.
        device: by its name.
        name: how it is called in records.
        gpus: over how many each model is spread, where the device is one.
    """

    def __init__(self, engine: bytes, cores: int, device: str, name: str, gpus: int = 1) -> None:
        self._device, self._name, self._gpus = torch.device(device), name, gpus
        self._engine: EngineKind = pickle.loads(engine)  # noqa: S301 - of the driver
        self._cores = Cores.on(self._device, cores)
        self._cores.__enter__()
        self._evaluator: Evaluator | None = None
        self._log = contextlib.ExitStack()

    def log_to(self, run_dir: Path, elsewhere: Path | None) -> None:
        """Write what this process does from now on to a log of its own.

        Args:
            run_dir: the run's folder, if it is to be seen here.
            elsewhere: a folder of this host.
        """
        self._log.close()
        self._log.enter_context(logging_to(run_dir, self._name, elsewhere))
        host = socket.gethostname()
        LOG.info("worker %s on %s: %d cores, %s", self._name, host, self._cores.count, self._device)

    def open(self, parents: Mapping[str, Parent], tokenizer: Any) -> bytes:
        """Read these parents from now on.

        Returns:
            The error because of which that cannot be, or None.
        """
        began = time.monotonic()
        try:
            devices = devices_of(self._device, self._gpus)
            self._evaluator = Evaluator(
                parents, tokenizer, self._cores, devices, self._engine, self._name
            )
        except EvomergeError as error:
            LOG.error("parents cannot be used: %s", error)
            return pickle.dumps(error)
        seconds = time.monotonic() - began
        LOG.info("%d parents opened in %.3f s: %s", len(parents), seconds, ", ".join(parents))
        return pickle.dumps(None)

    def evaluate(
        self,
        key: int,
        recipe: dict[str, Any],
        requests: Any,
        chosen: tuple[int, ...] | None,
        digest: str = "",
        training: bytes = b"",
    ) -> bytes:
        """Do a job, given as its parts.

        Args:
            requests: of all items.
            chosen: which of these to ask; None for all.
            training: pickled; none where it is empty.

        Returns:
            Its :class:`Answer`, or the error because of which no job can be done.
        """
        assert self._evaluator is not None
        said: Answer | EvomergeError
        try:
            train: JobTraining | None = pickle.loads(training) if training else None  # noqa: S301
            job = Job(key, Recipe.model_validate(recipe), requests, chosen, digest, train)
            said = self._evaluator.evaluate(job)
        except EvomergeError as error:  # to be raised as it would be in the driver's process
            LOG.error("job %d: %s", key, error)
            said = error
        return pickle.dumps(said)
