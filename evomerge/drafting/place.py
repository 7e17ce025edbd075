"""How a recipe names what lies on this machine, so that it is found again."""

from __future__ import annotations

import os
from pathlib import Path

from evomerge.errors import UserError
from evomerge.recipe.reference import is_url


def named_from(folder: Path, name: str) -> str:
    """A model's or a task's name for a recipe in a folder.

    What lies in that folder is named from there, so that both can be moved together; of other
    files and folders the whole path is. Hub ids, addresses, and names of the zoo stay as they are.

    Args:
        name: as the user has it, from the working directory; an adapter may stand behind a `+`.

    Raises:
        UserError: no text can hold it.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        raise UserError(f"{name!r}: is no name that a recipe can have; rename it") from None
    if is_url(name) or os.path.exists(name):
        return _path(folder, name)
    return "+".join(_path(folder, part) for part in name.split("+"))


def _path(folder: Path, name: str) -> str:
    if is_url(name) or not os.path.exists(name):
        return name
    path, home = Path(name).resolve(), folder.resolve()
    inside = path.is_relative_to(home) and path != home
    return f"./{path.relative_to(home)}" if inside else str(path)
