"""What is printed: texts that others wrote, made fit for a terminal; JSON."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

_OBEYED = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What a terminal may obey: control characters, other ends of lines, marks that turn the order of
letters round; and what cannot be encoded."""


def printable(text: str) -> str:
    """A text that a model or a task wrote, with no character in it that a terminal obeys."""
    return _OBEYED.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def print_json(data: Any) -> None:
    """Print JSON values to stdout, to be read by people too."""
    text = json.dumps(data, indent=2, ensure_ascii=False)
    print(_OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def say(line: str) -> None:
    """Print a line to stderr."""
    print(printable(line), file=sys.stderr, flush=True)
