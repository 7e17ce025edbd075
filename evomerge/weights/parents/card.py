"""What a model or an adapter says of itself: its card, and the licence beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evomerge.errors import ParentError
from evomerge.licences.licence import Licence
from evomerge.licences.naming import licences_named
from evomerge.licences.texts import recognised
from evomerge.reading.file_kind import CARD, LICENCE
from evomerge.reading.front_matter import read_front_matter
from evomerge.reading.regular import present, read_text, require_inside
from evomerge.weights.checkpoint.checkpoint import ADAPTER_CONFIG
from evomerge.weights.checkpoint.files import CONFIG
from evomerge.weights.checkpoint.hub import CARD_FILES
from evomerge.weights.parents.location import locate

CARD_FILE = "README.md"
_LICENCE_FILES = ("license", "licence", "copying")
"""What the names of files begin with that hold one, in lower case."""
_UNSAID = ("unknown", "other")
"""What a card says of a licence that it does not name."""
_WEB = re.compile(r"https?://\S+$")
"""A link that leads to the same text from a merge's card; a file's name leads nowhere there."""
LONGEST = 200
"""Characters of a value that is taken from a card: of a link, mostly."""


@dataclass(frozen=True)
class ParentCard:
    """What a model says of itself, as far as a merge of it hands it on."""

    name: str
    """Of the model or the adapter, as the recipe has it."""
    pinned: str = ""
    """The name that leads to the same files on every machine; "" where none was found."""
    licences: tuple[Licence, ...] = ()
    """None where it says nothing."""
    languages: tuple[str, ...] = ()
    pipeline: str = ""
    """The Hub's name of what it is for; "" where it does not say."""
    note: str = ""
    """Why nothing is known of its licence although something is there."""


def read_card(name: str) -> ParentCard:
    """What the model or the adapter of a name says of itself.

    A card that cannot be read is told, and keeps nobody from merging.

    Args:
        name: without an adapter behind it.
    """
    try:
        folder, pinned = locate(name, [*CARD_FILES, CONFIG, ADAPTER_CONFIG])
        head = _head(folder)
        licences, note = tuple(dict.fromkeys(_licences(head))), ""
        if not licences:
            licences, note = _beside(folder)
    except (ParentError, OSError) as error:
        return ParentCard(name, note=f"its card or licence cannot be read ({error})")
    languages = tuple(_texts(head.get("language")))
    pipeline = next(_texts(head.get("pipeline_tag")), "")
    return ParentCard(name, pinned, licences, languages, pipeline, note)


def _head(folder: Path) -> Mapping[str, Any]:
    file = present(folder, CARD_FILE, CARD)
    return {} if file is None else read_front_matter(file, CARD)


def _licences(head: Mapping[str, Any]) -> Iterator[Licence]:
    """Those that a card names. Of several each is taken to hold."""
    link = next((one for one in _texts(head.get("license_link")) if _WEB.match(one)), "")
    for said in _texts(head.get("license")):
        if said.lower() not in _UNSAID:
            yield from licences_named(said, link)
        elif named := next(_texts(head.get("license_name")), ""):
            yield from licences_named(named, link)


def _beside(folder: Path) -> tuple[tuple[Licence, ...], str]:
    """The licence in a file of its own; or why nothing is known of it."""
    note = ""
    for file in sorted(folder.iterdir()):
        if not (file.name.lower().startswith(_LICENCE_FILES) and file.is_file()):
            continue
        require_inside(folder, file, LICENCE)
        if (licence := recognised(read_text(file, LICENCE))) is not None:
            return (licence,), ""
        note = note or f"{file.name} is there, and is none that evomerge knows"
    return (), note


def _texts(value: Any) -> Iterator[str]:
    """The texts under a key, which may be one or a list, each on one line."""
    for text in value if isinstance(value, list) else [value]:
        if isinstance(text, str) and (line := " ".join(text.split())[:LONGEST]):
            yield line
