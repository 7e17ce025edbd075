"""Where a run is evaluated: by a number of workers, or by those that a user brings."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from evomerge.device import choose_device
from evomerge.engine.kind import EngineKind
from evomerge.engine.registry import DEFAULT
from evomerge.errors import UserError
from evomerge.recipe import Placement, Recipe
from evomerge.run.preparation.preflight import Prepared
from evomerge.workers.local import LocalWorkers
from evomerge.workers.protocol import Workers
from evomerge.workers.ray import RayWorkers

MakeWorkers = Callable[[Prepared], Workers]
"""Makes the workers for a recipe and its parents; called once a cycle."""

AskedFor = int | Mapping[str, Any] | Placement | Workers
"""A number of workers, what they need as :class:`Placement`, its keys, or workers."""


def placed(asked: AskedFor | None, recipe: Recipe, ray: str | None = None) -> Placement | Workers:
    """What is asked for, and where nothing is, what the recipe says; one worker by default.

    Args:
        asked: keys of it replace those of the recipe.
        ray: a cluster's address, instead of any other.

    Raises:
        UserError: it is something else, or a key or value in it is wrong.
    """
    if isinstance(asked, bool) or not isinstance(asked, int | Mapping | Placement | None):
        if not isinstance(asked, Workers):
            raise UserError(
                f"workers {asked!r}: a number, a placement, or an object that follows the protocol "
                "in evomerge/workers/protocol.py"
            )
        return asked
    if isinstance(asked, int) and asked < 1:
        raise UserError(f"{asked} workers: at least one is needed")
    of_recipe = recipe.evolve.workers if recipe.evolve is not None else None
    keys = of_recipe.said if of_recipe is not None else {}
    try:
        given = {} if asked is None else Placement.model_validate(asked).said
        return Placement.model_validate({**keys, **given, **({"ray": ray} if ray else {})})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UserError(f"workers{'.' if place else ''}{place}: {first['msg']}") from None


def workers_on(
    placement: Placement | Workers, device: str | None, engine: EngineKind | None = None
) -> Workers:
    """One worker in this process, several with Ray, or those that are given.

    Args:
        engine: what is to answer, where the recipe says it.

    Raises:
        UserError: there is no such device, or the workers work on another or answer by another
            engine; or the engine cannot be had.
    """
    if not isinstance(placement, Placement):
        if device not in (None, placement.device.type):
            raise UserError(
                f"device {device}: the workers that were given use {placement.device}; make them "
                "for that device, or leave device out"
            )
        if engine is not None and engine != placement.engine:
            raise UserError(
                f"the recipe names the engine {engine.name}: the workers that were given use "
                f"{placement.engine.name}; make them with that engine, or take engine out of the "
                "recipe"
            )
        return placement
    where = choose_device(device)
    answering = engine or DEFAULT
    answering.require(where, placement.gpus or 1)
    if placement.in_process:
        return LocalWorkers(where, engine=answering)
    return RayWorkers(placement, where, engine=answering)


@contextlib.contextmanager
def early(workers: Workers) -> Iterator[Callable[[], None]]:
    """Have what takes time of workers begun, while other things are done.

    Yields:
        What waits until they can be had. It raises a UserError where they cannot.
    """
    if not isinstance(workers, RayWorkers):
        yield lambda: None
        return
    workers.start()
    try:
        yield workers.connect
    finally:
        workers.stop()


def log_workers(workers: Workers, run_dir: Path) -> None:
    """Have workers that are processes of their own write logs to the run's folder."""
    if isinstance(workers, RayWorkers):
        workers.log_to(run_dir)


def given(workers: Workers) -> MakeWorkers:
    """What gives workers the parents of a recipe."""
    return lambda prepared: workers.for_parents(prepared.parents, prepared.tokenizer)
