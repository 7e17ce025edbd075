"""Kinds of verifiers, one a file: a file in this folder is registered."""

from __future__ import annotations

from typing import Any

from evomerge.curriculum.verifier_kind import VerifierKind
from evomerge.kinds import kinds_in

VERIFIERS: dict[str, VerifierKind] = kinds_in(__name__, VerifierKind)


def verifier_of(settings: Any) -> VerifierKind:
    """The kind of verifier that has such settings."""
    return next(kind for kind in VERIFIERS.values() if kind.settings is type(settings))
