"""What a document shows beside its question: long texts, and images."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

LONG_CHARACTERS, LONG_WORDS = 200, 40
"""A text as long as one of these is a passage: questions and choices are mostly shorter."""

_IMAGE = re.compile(
    r"\S+\.(?:png|jpe?g|gif|webp|bmp|tiff?|svg|avif|heic)(?:[?#]\S*)?", re.IGNORECASE
)
_EMBEDDED = "data:image/"


def passages(doc: Mapping[str, Any]) -> set[str]:
    """The long texts of a document, in their fields or as a field's sentences taken together.

    Case and spaces do not count.
    """
    found = set()
    for value in doc.values():
        leaves = [leaf for leaf in _leaves(value) if isinstance(leaf, str)]
        for text in (*leaves, " ".join(leaves)):
            words = text.casefold().split()
            if len(text) >= LONG_CHARACTERS or len(words) >= LONG_WORDS:
                found.add(" ".join(words))
    return {text for text in found if not _is_image(text)}


def images(doc: Mapping[str, Any], task: str) -> set[str]:
    """The images of a document, named by their content, their address, or their path in a task."""
    return {name for leaf in _leaves(doc) if (name := _image(leaf, task))}


def _leaves(value: Any) -> Iterator[Any]:
    """The values in nested fields and lists; an image that is a mapping is one."""
    if isinstance(value, Mapping) and not _image(value, ""):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield value


def _image(value: Any, task: str) -> str:
    """A name for an image; empty for anything else."""
    if isinstance(value, Mapping):
        content, path = value.get("bytes"), value.get("path")
        return _image(content, task) or (
            _image(path, task) if set(value) <= {"bytes", "path"} else ""
        )
    if isinstance(value, (bytes, bytearray)):
        return f"bytes {sha256(value).hexdigest()}" if value else ""
    if isinstance(value, str):
        text = value.strip()
        if not _is_image(text):
            return ""
        return text if "://" in text or text.startswith(_EMBEDDED) else f"{task}: {text}"
    if all(hasattr(value, name) for name in ("tobytes", "mode", "size")):
        content = sha256(value.tobytes()).hexdigest()
        return f"pixels {value.mode} {value.size} {content}"
    return ""


def _is_image(text: str) -> bool:
    return text.startswith(_EMBEDDED) or bool(_IMAGE.fullmatch(text))
