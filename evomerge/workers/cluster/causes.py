"""Why an attempt ended without an answer, by what Ray raises, and whose doing it was."""

from __future__ import annotations

from dataclasses import dataclass

from ray import exceptions

OF_UNKNOWN_CAUSE = "Worker unexpectedly exits"
"""In Ray's words: a process that ended without a word."""


@dataclass(frozen=True)
class Cause:
    """Why an attempt ended."""

    reason: str
    own: bool = False
    """Whether the job did it."""
    goes_on: bool = False
    """Whether the worker can do other jobs."""


def cause_of(error: BaseException) -> Cause:
    """Why an attempt ended.

    What is not known to be the job's own is nobody's: nodes, networks, objects and processes that
    were killed from outside must never be held against a job. What a job itself does happens in a
    child of the worker's process, which tells (:mod:`evomerge.workers.forks.endings`).
    """
    if isinstance(error, exceptions.RayTaskError):
        return Cause(f"its worker: {first_line(error.cause)}", goes_on=True)
    if isinstance(error, exceptions.OutOfMemoryError):
        return Cause("Ray ended its worker: the node was low on memory", own=True)
    if isinstance(error, exceptions.ActorDiedError):
        return _cause_of_death(str(error))
    return Cause(f"{type(error).__name__}: {first_line(error)}")


def _cause_of_death(said: str) -> Cause:
    if "low on memory" in said:
        return Cause("Ray ended its worker: the node was low on memory", own=True)
    if OF_UNKNOWN_CAUSE in said:
        return Cause("its worker was killed")
    told = next((line for line in said.splitlines() if "is dead" in line), said.splitlines()[0])
    return Cause(told.strip())


def missing_module(error: BaseException) -> str | None:
    """What a worker could not import, if that is why it could not start."""
    said = str(error)
    return last_line(error) if "failed to import on the worker" in said else None


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def last_line(error: BaseException) -> str:
    """What an error of another process says in the end: what was raised there."""
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
