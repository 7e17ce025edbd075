"""Where a run is evaluated: by a number of workers, or by those that a user brings."""

from __future__ import annotations

from collections.abc import Callable

from evomerge.device import choose_device
from evomerge.engine.kind import EngineKind
from evomerge.engine.registry import DEFAULT
from evomerge.errors import UserError
from evomerge.run.preparation.preflight import Prepared
from evomerge.workers.protocol import Workers

MakeWorkers = Callable[[Prepared], Workers]
"""Makes the workers for a recipe and its parents; called once a cycle."""


def workers_on(
    workers: int | Workers, device: str | None, engine: EngineKind | None = None
) -> Workers:
    """One worker in this process, several with Ray, or those that are given.

    Args:
        engine: what is to answer, where the recipe says it.

    Raises:
        UserError: there is no such device, the workers work on another or answer by another engine,
            there are none, or what was given is something else.
    """
    if not isinstance(workers, int):
        if not isinstance(workers, Workers):
            raise UserError(
                f"workers {workers!r}: a number, or an object that follows the protocol in "
                "evomerge/workers/protocol.py"
            )
        if device not in (None, workers.device.type):
            raise UserError(f"device {device}: the workers that were given use {workers.device}")
        if engine is not None and engine != workers.engine:
            raise UserError(
                f"the recipe names the engine {engine.name}: the workers that were given use "
                f"{workers.engine.name}"
            )
        return workers
    where = choose_device(device)
    if engine is not None:
        engine.require(where)
    if workers < 1:
        raise UserError(f"{workers} workers: at least one is needed")
    if workers == 1:
        from evomerge.workers.local import LocalWorkers

        return LocalWorkers(where, engine=engine or DEFAULT)
    from evomerge.workers.ray import RayWorkers

    return RayWorkers(workers, where, engine=engine or DEFAULT)


def given(workers: Workers) -> MakeWorkers:
    """What gives workers the parents of a recipe."""
    return lambda prepared: workers.for_parents(prepared.parents, prepared.tokenizer)
