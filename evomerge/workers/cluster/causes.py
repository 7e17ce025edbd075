"""Why an attempt ended without an answer, by what Ray raises, and whose doing it was."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ray import exceptions

OF_UNKNOWN_CAUSE = "Worker unexpectedly exits"
"""In Ray's words: a process that ended without a word. It may have crashed, or been killed."""
_EXIT_CODE = re.compile(r"exit code (\d+)")


@dataclass(frozen=True)
class Cause:
    """Why an attempt ended."""

    reason: str
    own: bool = False
    """Whether the job did it."""
    unknown: bool = False
    """Whether what the worker left behind must tell."""
    goes_on: bool = False
    """Whether the worker can do other jobs."""


def cause_of(error: BaseException) -> Cause:
    """Why an attempt ended.

    What is not known to be the job's own is nobody's: nodes, networks, objects and processes that
    were killed from outside must never be held against a job.
    """
    if isinstance(error, exceptions.RayTaskError):
        return Cause(f"its worker: {first_line(error.cause)}", goes_on=True)
    if isinstance(error, exceptions.OutOfMemoryError):
        return Cause("Ray ended its worker: the node was low on memory", own=True)
    if isinstance(error, exceptions.ActorDiedError):
        return _cause_of_death(str(error))
    return Cause(f"{type(error).__name__}: {first_line(error)}")


def _cause_of_death(said: str) -> Cause:
    code = _EXIT_CODE.search(said)
    if "low on memory" in said:
        return Cause("Ray ended its worker: the node was low on memory", own=True)
    if code is not None and "SIGTERM" not in said:
        return Cause(f"its worker exited with code {code[1]}", own=True)
    if OF_UNKNOWN_CAUSE in said:
        return Cause("its worker was killed", unknown=True)
    told = next((line for line in said.splitlines() if "is dead" in line), said.splitlines()[0])
    return Cause(told.strip())


def first_line(error: BaseException) -> str:
    """What an error says, in one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def last_line(error: BaseException) -> str:
    """What an error of another process says in the end: what was raised there."""
    return (str(error).strip().splitlines() or [type(error).__name__])[-1]
