"""A worker's process, as Ray makes it."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import ray

from evomerge.workers.cluster.remains import Birth


class WorkerProcess:
    """An actor that is made without its parents, so that it starts while they are looked at.

    Args:
        engine, cores, device, name, gpus: as of :class:`evomerge.workers.actor.Actor`.
    """

    def __init__(self, engine: bytes, cores: int, device: str, name: str, gpus: int) -> None:
        from evomerge.workers.actor import Actor  # the process between it and the driver has none

        self._actor = Actor(engine, cores, device, name, gpus)
        self._requests: tuple[int, Any] = (-1, None)

    def born(self) -> Birth:
        """What is known of this process."""
        return Birth.here(ray.get_runtime_context().get_node_id())

    def open(self, parents: bytes, content: bytes | None, run_dir: str = "") -> bytes:
        """Read these parents from now on; see :meth:`evomerge.workers.actor.Actor.open`."""
        if run_dir:
            errors = self.born().errors
            self._actor.log_to(Path(run_dir), Path(errors).parent if errors else None)
        return self._actor.open(parents, content)

    def evaluate(
        self,
        key: int,
        recipe: dict[str, Any],
        number: int,
        shared: list[Any],
        chosen: tuple[int, ...] | None,
        digest: str = "",
    ) -> bytes:
        """Do a job; see :meth:`evomerge.workers.actor.Actor.evaluate`.

        Args:
            number: of the requests.
            shared: a reference to them, followed where they are not those of the job before.
        """
        if self._requests[0] != number:
            requests = pickle.loads(ray.get(shared[0]))  # noqa: S301 - of the driver
            self._requests = number, requests
        return self._actor.evaluate(key, recipe, self._requests[1], chosen, digest)
