"""Kinds of writers, one a file: a file in this folder is registered."""

from __future__ import annotations

from typing import Any

from evomerge.curriculum.writer_kind import WriterKind
from evomerge.kinds import kinds_in

WRITERS: dict[str, WriterKind] = kinds_in(__name__, WriterKind)


def writer_of(settings: Any) -> WriterKind:
    """The kind of writer that has such settings."""
    return next(kind for kind in WRITERS.values() if kind.settings is type(settings))
