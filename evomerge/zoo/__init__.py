"""The models and tasks that ship with evomerge: `zoo:NAME` in a recipe, tasks `zoo_NAME`."""

from __future__ import annotations

from pathlib import Path

from evomerge.errors import ParentError

ZOO_PREFIX = "zoo:"
MODELS = Path(__file__).parent / "models"
TASKS = Path(__file__).parent / "tasks"


def zoo_folder(name: str) -> Path:
    """The folder of `zoo:NAME`.

    Raises:
        ParentError: there is no such model in the zoo.
    """
    names = sorted(path.name for path in MODELS.iterdir() if path.is_dir())
    plain = name.removeprefix(ZOO_PREFIX)
    if plain not in names:
        there = ", ".join(ZOO_PREFIX + n for n in names)
        raise ParentError(f"{name}: no such model; the zoo has {there}")
    return MODELS / plain
