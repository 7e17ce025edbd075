"""YAML looked through before anything is made of it, as a stream that costs what it is long."""

from __future__ import annotations

import re
from typing import Any

import yaml

from evomerge.reading.file_kind import FileKind

MAX_DEPTH = 32
"""Mappings and lists inside each other. The deepest recipe has about ten; libyaml ends the process
at some ten thousand."""
MAX_NODES = 100_000
"""Values, those that an alias repeats counted each time: a bomb of 300 bytes has billions."""
MAX_DIGITS = 400
"""Characters of a number. The longest float has 310 digits before its point."""
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
"""What PyYAML raises, beside its own errors, of a value that is not what its tag says."""
_NUMBER = re.compile(r"[-+.]?[0-9][0-9a-fA-Fxo_:.+-]*")


def refuse_traps(text: str, file: str, kind: FileKind, loader: Any, *, aliases: bool) -> None:
    """Refuse what would take too long, or too much memory, once values are made of it.

    Args:
        loader: of PyYAML; only its events are read.
        aliases: whether a value may be repeated by its anchor.

    Raises:
        kind.error: nested too deep, too large with its aliases written out, or holding a
            number or a text that is none.
        yaml.YAMLError: it is not YAML.
    """
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    nodes = 0
    for event in yaml.parse(text, Loader=loader):
        assert event.start_mark is not None
        where = f"{file}:{event.start_mark.line + 1}"
        if isinstance(event, yaml.AliasEvent):
            if not aliases:
                raise kind.error(
                    f"{where}: aliases (*{event.anchor}) are not allowed; write it out"
                )
            nodes += sizes.get(str(event.anchor), MAX_NODES)  # one that is still open holds itself
        elif isinstance(event, yaml.ScalarEvent):
            nodes += 1
            _refuse_value(event, where, kind)
            if event.anchor:
                sizes[event.anchor] = 1
        elif isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, nodes))
            nodes += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_nodes.pop()
            if anchor:
                sizes[anchor] = nodes - before
        if len(open_nodes) > MAX_DEPTH:
            raise kind.error(f"{where}: nested deeper than {MAX_DEPTH} levels")
        if nodes > MAX_NODES:
            raise kind.error(f"{where}: more than {MAX_NODES} values, so not {kind.name}")


def _refuse_value(event: yaml.ScalarEvent, where: str, kind: FileKind) -> None:
    value = event.value
    if event.implicit[0] and len(value) > MAX_DIGITS and _NUMBER.fullmatch(value):
        shown = f"{value[:40]}…"
        raise kind.error(f"{where}: {shown!r} cannot be read; quote it if it is text")
    if "\0" in value or not _is_text(value):
        raise kind.error(f"{where}: holds a NUL, or half a character (a lone surrogate)")


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
