"""PEFT's patterns of module names: regular expressions of a stranger's, matched within a time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import regex

from evomerge.errors import ParentError

SECONDS = 2.0
"""That all patterns of an adapter may take: those of a model take milliseconds."""
MOST = 10_000
"""Patterns of a kind, and characters of one."""


class Patterns:
    """A setting for single modules: patterns, each with its value.

    Args:
        key: where adapter_config.json has them.

    Raises:
        ParentError: they are none.
    """

    def __init__(self, folder: Path, key: str, patterns: Any) -> None:
        self._where = f"{folder}: {key} of its adapter_config.json"
        if not isinstance(patterns, Mapping) or len(patterns) > MOST:
            raise ParentError(
                f"{self._where} is no object of at most {MOST:,} patterns; get the adapter again"
            )
        self._values = {self._compiled(pattern): value for pattern, value in patterns.items()}
        self._left = SECONDS

    def value(self, module: str) -> Any:
        """The value of the first pattern that matches a name's end; None where there is none.

        Raises:
            ParentError: to match them takes too long.
        """
        begun = time.monotonic()
        try:
            for pattern, value in self._values.items():
                if pattern.match(module, timeout=max(self._left, 0.001)):
                    return value
        except TimeoutError:
            self._left = 0.0
        self._left -= time.monotonic() - begun
        if self._left <= 0:
            raise ParentError(
                f"{self._where} takes more than {SECONDS:g} s to be matched; write "
                "modules' names there"
            )
        return None

    def _compiled(self, pattern: str) -> Any:
        try:
            if len(pattern) > MOST:
                raise regex.error(f"longer than {MOST:,} characters")
            return regex.compile(rf"(.*\.)?({pattern})$")
        except (regex.error, RecursionError, MemoryError, ValueError) as error:
            said = f"{pattern[:40]!r} is no pattern ({error}); get the adapter again"
            raise ParentError(f"{self._where}: {said}") from None
