"""What is on record of a winner's way out of quarantine, and of what judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class WinnerQuarantined:
    """A tested model was written into quarantine, where it waits."""

    finalist: int
    """Its place by validation; 0 is the winner."""
    contents: Mapping[str, Any]
    """What a signature is for, as JSON values: see approval/contents.py. Empty where nobody must
    sign."""
    held: tuple[str, ...] = ()
    """Why it stays there whoever signs: the gates that it did not pass."""


@dataclass(frozen=True)
class WinnerSigned:
    """A person approved or rejected a tested model, and signed that."""

    statement: Mapping[str, Any]
    """What was signed, as JSON values: see approval/statement.py."""
    signature: str
    """In base64."""


@dataclass(frozen=True)
class WinnerLetOut:
    """A tested model has left quarantine: it stands where models are released."""

    finalist: int
    """Its place by validation; 0 is the winner."""
    folder_sha256: str
    """Names what its folder holds: see approval/contents.py."""


@dataclass(frozen=True)
class EvaluatorHashed:
    """What judges models in a session, as it was when that began."""

    files: Mapping[str, str]
    """The sha256 of each file, by its path."""


@dataclass(frozen=True)
class EvaluatorChanged:
    """Something that judges has changed while a session went on, which ended it."""

    files: Mapping[str, str]
    """The sha256 that each changed file had, by its path."""
