"""What stands at the head of a Markdown file, between two lines of dashes, as YAML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from evomerge.reading.file_kind import FileKind
from evomerge.reading.regular import read_text
from evomerge.reading.yaml_text import UNREADABLE, refuse_traps

_HEAD = re.compile(r"\s*---[ \t]*\n(.*?)(?:^---[ \t]*$)", re.DOTALL | re.MULTILINE)


def read_front_matter(path: Path, kind: FileKind) -> dict[str, Any]:
    """The keys at the head of a file; empty where it has no head.

    Raises:
        kind.error: the file cannot be read, or its head is no mapping in YAML.
    """
    head = _HEAD.match(read_text(path, kind).removeprefix("\ufeff"))
    if head is None:
        return {}
    try:
        refuse_traps(head[1], str(path), kind, yaml.SafeLoader, aliases=False)
        data = yaml.safe_load(head[1])
    except (yaml.YAMLError, RecursionError, *UNREADABLE):
        raise kind.error(f"{path}: what stands at its head is not YAML") from None
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise kind.error(f"{path}: what stands at its head is no mapping of keys to values")
    return data
