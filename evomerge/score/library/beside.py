"""A task's data: in the working directory, where lm-eval looks for them, or beside the task."""

from __future__ import annotations

import glob
import importlib.util
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def with_data_beside(config: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Those keys of a task's config that name data, with what lies beside the task found there.

    Files, patterns and folders. What there is in the working directory is taken from there, and
    what there is nowhere stays as it is.

    Args:
        folder: of the task's file.
    """
    changed: dict[str, Any] = {}
    name = config.get("dataset_path")
    if isinstance(name, str) and not is_format(name):
        changed["dataset_path"] = _found(name, folder)
    options = config.get("dataset_kwargs")
    if isinstance(options, Mapping):
        # Files are looked for in the folder of the data, if there is one.
        key = "data_dir" if options.get("data_dir") else "data_files"
        if key in options:
            changed["dataset_kwargs"] = {**options, key: _found(options[key], folder)}
    return {key: value for key, value in changed.items() if value != config[key]}


def _found(node: Any, folder: Path) -> Any:
    if isinstance(node, Mapping):
        return {key: _found(value, folder) for key, value in node.items()}
    if isinstance(node, list):
        return [_found(value, folder) for value in node]
    if not isinstance(node, str) or not node or "://" in node or Path(node).is_absolute():
        return node
    beside = not _is_in(node, Path.cwd()) and _is_in(node, folder)
    return str(folder / node) if beside else node


def _is_in(name: str, folder: Path) -> bool:
    """Whether a folder has a file, a folder, or anything that matches a pattern."""
    # A name may be too long to be looked for.
    return os.path.exists(folder / name) or bool(glob.glob(name, root_dir=folder, recursive=True))


def is_format(name: str) -> bool:
    """Whether datasets has a reader of this name, as json."""
    plain = name.isidentifier()
    return plain and importlib.util.find_spec(f"datasets.packaged_modules.{name}") is not None


def missing_data(config: Mapping[str, Any]) -> list[str]:
    """Files, patterns and folders of a task's data that are nowhere on this machine.

    None of data that are fetched.

    Args:
        config: with what lies beside the task found.
    """
    options = config.get("dataset_kwargs")
    if not isinstance(options, Mapping) or not is_format(str(config.get("dataset_path"))):
        return []
    folder = options.get("data_dir")
    if isinstance(folder, str) and not os.path.isdir(folder):
        return [] if "://" in folder else [folder]
    names = strings_of(options.get("data_files"))
    return [n for n in names if "://" not in n and not _is_in(n, Path(folder or ""))]


def strings_of(node: Any) -> list[str]:
    """Every string in nested lists and mappings."""
    if isinstance(node, str):
        return [node]
    children = (
        node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    )
    return [text for child in children for text in strings_of(child)]
