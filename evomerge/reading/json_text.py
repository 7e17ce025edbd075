"""JSON read within a depth, as one value and no other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evomerge.reading.file_kind import FileKind
from evomerge.reading.regular import read_text

MAX_DEPTH = 64
"""Objects and lists inside each other. The deepest config.json has about six."""


def read_json(path: Path, kind: FileKind) -> Any:
    """The value in a JSON file.

    Raises:
        kind.error: it cannot be read, is not JSON, is nested deeper than :data:`MAX_DEPTH`, gives
            one key two values, or holds half a character.
    """
    return parse_json(read_text(path, kind), str(path), kind)


def read_object(path: Path, kind: FileKind) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        kind.error: it holds something else; or see :func:`read_json`.
    """
    data = read_json(path, kind)
    if not isinstance(data, dict):
        raise kind.error(f"{path}: not a JSON object")
    return data


def parse_json(text: str, file: str, kind: FileKind, line: int = 1) -> Any:
    """Like :func:`read_json`, of text that begins in a line of the file."""
    try:
        data = json.loads(text, object_pairs_hook=_object)
        if _is_deeper(data):
            raise RecursionError
        if "\\u" in text:  # half of a pair of escapes is no character, and can be written nowhere
            json.dumps(data, ensure_ascii=False).encode()
    except RecursionError:
        raise kind.error(f"{file}: nested deeper than {MAX_DEPTH} levels") from None
    except UnicodeEncodeError:
        raise kind.error(f"{file}: holds half a character (a lone surrogate)") from None
    except json.JSONDecodeError as error:
        where = f"{file}:{line + error.lineno - 1}"
        raise kind.error(f"{where}: not valid JSON ({error.msg}, column {error.colno})") from None
    except ValueError as error:  # a number of thousands of digits, or a key with two values
        raise kind.error(f"{file}: not valid JSON ({error})") from None
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        for key, value in pairs:
            if made[key] != value:
                raise ValueError(f"the key {key!r} stands twice, with other values")
    return made


def _is_deeper(data: Any) -> bool:
    """Whether a value is nested beyond the limit, without a call for each level."""
    level: list[Any] = [data]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in _children(node)]
        if not level:
            return False
    return True


def _children(node: Any) -> Iterable[Any]:
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return (child for child in children if isinstance(child, dict | list))
