"""The files that a recipe passes on its way from the command to the first candidates.

    python benchmarks/way.py

The quickstart is run until its search asks for candidates. Every function of evomerge that is
called with a recipe counts, but those of recipe/ itself, in the order of their first calls; a climb
is a move to a room that lies above the last one in the order that setup.cfg has for imports.
"""

from __future__ import annotations

import configparser
import os
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from types import FrameType
from typing import Any

import evomerge
from evomerge import evolve
from evomerge.recipe import Recipe

PACKAGE = Path(evomerge.__file__).parent
ROOT = PACKAGE.parent


def rooms() -> dict[str, int]:
    """How high each room lies, by its name."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg")
    lines = parser["importlinter:contract:layers"]["layers"].split("\n")
    floors = [line.split(" : ") for line in lines if line.strip()]
    return {room.strip(): -at for at, floor in enumerate(floors) for room in floor}


def passed() -> list[tuple[str, str]]:
    """File and name of each function that is given the recipe, by their first calls."""
    seen: dict[tuple[str, str], None] = {}

    def note(frame: FrameType, event: str, _: Any) -> None:
        code = frame.f_code
        file = Path(code.co_filename)
        if event != "call" or not file.is_relative_to(PACKAGE):
            return
        inside = file.relative_to(PACKAGE)
        if inside.parts[0] == "search" and code.co_name == "ask":
            sys.setprofile(None)
            report([*seen])
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        if inside.parts[0] != "recipe" and any(
            isinstance(frame.f_locals.get(name), Recipe) for name in names
        ):
            seen.setdefault((str(inside), code.co_name))

    with tempfile.TemporaryDirectory() as folder:
        sys.setprofile(note)
        evolve(ROOT / "recipes" / "quickstart.yaml", Path(folder) / "run", registry="none")
    return [*seen]


def report(calls: list[tuple[str, str]]) -> None:
    """Print what was passed, and end: the search itself is no part of the way."""
    heights = rooms()
    order = [heights[Path(file).parts[0].removesuffix(".py")] for file, _ in calls]
    climbs = sum(there > here for here, there in pairwise(order))
    for (file, name), height, before in zip(calls, order, [0, *order], strict=False):
        print("^" if height > before else " ", f"{file}: {name}")
    print(f"{len({file for file, _ in calls})} files, {climbs} climbs")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    passed()
