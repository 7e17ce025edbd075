"""Ledgers that released and earlier versions wrote, as files."""

from __future__ import annotations

import lzma
from pathlib import Path

from evomerge.ledger import FILE

RELEASED = "0.1.0"
"""A finished run of 0.1.0: two zoo models over a base, 6 candidates."""
BETWEEN = "0.1.0+"
"""The same recipe by what stood just before the ledger was one sequence; killed in its second
generation."""


def unpack(version: str, folder: Path) -> Path:
    """A run folder with the ledger of a version."""
    folder.mkdir(parents=True)
    packed = Path(__file__).with_name(f"{version}.sqlite.xz")
    (folder / FILE).write_bytes(lzma.decompress(packed.read_bytes()))
    return folder
