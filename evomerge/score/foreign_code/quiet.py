"""lm-eval's warnings, once each; other libraries' progress and advice kept off the terminal."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator

import datasets

TOLD = 3
"""Warnings that are told of each place in lm-eval's code; it has one for each document as well."""

LONGEST = 300
"""Characters of a warning that are told; some hold a document."""


class Once(logging.Handler):
    """Passes lm-eval's warnings on to the logger `evomerge`, each once, and few that are alike."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._told: dict[tuple[str, int], list[str]] = {}
        self._waiting: list[str] = []
        self.holds = False
        """Whether warnings wait, since nobody would see them now."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a warning on, or leave it out."""
        text = " ".join(record.getMessage().split())
        text = text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
        told = self._told.setdefault((record.pathname, record.lineno), [])
        if text in told or len(told) > TOLD:
            return
        told.append(text)
        self._waiting.append(text if len(told) <= TOLD else "more like that are not shown")
        if not self.holds:
            self.pass_on()

    def pass_on(self) -> None:
        """Pass on what has waited."""
        waiting, self._waiting = self._waiting, []
        for text in waiting:
            logging.getLogger("evomerge").warning("lm-eval: %s", text)


_once = Once()
for _name in ("lm_eval", "lm-eval"):
    logging.getLogger(_name).addHandler(_once)
    logging.getLogger(_name).propagate = False


@contextlib.contextmanager
def quiet(*, silent: bool = False) -> Iterator[None]:
    """Keep lm-eval's and datasets' progress and advice off the terminal.

    Args:
        silent: keep lm-eval's warnings off as well, as where they are about what we do ourselves.
    """
    names = ("datasets", "lm_eval", "lm-eval") if silent else ("datasets",)
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    held, _once.holds = _once.holds, True
    datasets.disable_progress_bars()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            for logger in loggers:
                logger.setLevel(logging.CRITICAL)
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        _once.holds = held
        if not held:
            _once.pass_on()
