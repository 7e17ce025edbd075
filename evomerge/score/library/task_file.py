"""lm-eval task files: found, read as data, and checked for code before anything is run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from evomerge.errors import RecipeError
from evomerge.reading.file_kind import CODE, TASK
from evomerge.reading.regular import read_bytes, read_text
from evomerge.reading.yaml_text import UNREADABLE, refuse_traps

FUNCTION_TAG = "!function"

MOST_INCLUDES = 16
"""Files, one included by the other. lm-eval's own have three."""

_JUDGING = (
    "output_type",
    "doc_to_target",
    "doc_to_choice",
    "process_results",
    "filter_list",
    "metric_list",
)
"""The keys of a task file that say what becomes of an answer."""


class _TaskLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads `!function` as a mark, and runs nothing."""


class CodeReference(str):
    """The name behind a `!function`: Python code beside the file."""


def _construct_reference(loader: Any, node: yaml.ScalarNode) -> CodeReference:
    return CodeReference(loader.construct_scalar(node))


_TaskLoader.add_constructor(FUNCTION_TAG, _construct_reference)


def read_task_file(path: Path, within: Sequence[Path] | None = None) -> dict[str, Any]:
    """A task file and what it includes, as plain values.

    Args:
        within: folders in one of which each file that is included must lie; None: anywhere.

    Raises:
        RecipeError: it cannot be read, includes itself, or a file elsewhere.
    """
    return _with_included(path, (), {}, within)


def files_of(path: Path, config: Mapping[str, Any]) -> set[Path]:
    """A task's file, those that it includes, and the code beside it that it names.

    Args:
        config: what they come to.
    """
    read: dict[Path, dict[str, Any]] = {}
    _with_included(path, (), read, None)
    return {*read, *(module for module in _modules(path, config) if os.path.isfile(module))}


def _modules(path: Path, config: Mapping[str, Any]) -> set[Path]:
    return {path.parent / f"{name.partition('.')[0]}.py" for name in references(config)}


def _with_included(
    path: Path,
    above: tuple[Path, ...],
    known: dict[Path, dict[str, Any]],
    within: Sequence[Path] | None,
) -> dict[str, Any]:
    """A file and what it includes; each is read once, however often it is named.

    Args:
        above: the files that include it.
        known: those that were read.
    """
    try:
        path = path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a circle of links, half a character
        raise RecipeError(f"{path!s:.200}: leads nowhere ({error})") from None
    if above and within is not None and not any(path.is_relative_to(one) for one in within):
        raise RecipeError(
            f"{above[-1]}: include: {path} lies in no folder that you named; if you trust it, "
            f"allow it with --include-path {path.parent}"
        )
    if path in above:
        raise RecipeError(f"{path}: includes itself")
    if len(above) > MOST_INCLUDES:
        raise RecipeError(
            f"{path}: is included {MOST_INCLUDES} files deep; put the keys into fewer files"
        )
    if path not in known:
        config = _values(path)
        includes = config.pop("include", None) or []
        merged: dict[str, Any] = {}
        for include in includes if isinstance(includes, list) else [includes]:
            inner = path.parent / str(include)
            merged.update(_with_included(inner, (*above, path), known, within))
        known[path] = {**merged, **config}
    return known[path]


def _values(path: Path) -> dict[str, Any]:
    text = read_text(path, TASK)
    try:
        refuse_traps(text, str(path), TASK, _TaskLoader, aliases=True)
        config = yaml.load(text, Loader=_TaskLoader)  # noqa: S506 - a SafeLoader
    except (*UNREADABLE, yaml.YAMLError) as error:
        raise RecipeError(f"{path}: not a readable task file ({error})") from None
    if not isinstance(config, dict):
        raise RecipeError(f"{path}: a task file is a mapping of keys to values")
    return config


def refuse_code(path: Path, config: dict[str, Any], trusted: Sequence[Path]) -> bool:
    """Whether the task runs code of its own, which only a trusted folder allows.

    Args:
        trusted: include paths, and lm-eval's own folder.

    Raises:
        RecipeError: it does, and stands in none of them.
    """
    reference = next(references(config), None)
    if reference is None:
        return False
    if not any(path.is_relative_to(folder) for folder in trusted):
        raise RecipeError(
            f"{path}: runs Python code when loaded ({FUNCTION_TAG} {reference}); "
            f"if you trust it, allow it with --include-path {path.parent}"
        )
    return True


def judging_hash(path: Path, config: dict[str, Any]) -> str:
    """sha256 over how a task file has answers judged, and over the code beside it that it names."""
    words = {key: config.get(key) for key in _JUDGING}
    sha256 = hashlib.sha256(yaml.dump(words).encode())  # aliases stay what they are
    for module in sorted(_modules(path, config)):
        sha256.update(read_bytes(module, CODE) if os.path.isfile(module) else b"")
    return sha256.hexdigest()


def references(config: Mapping[str, Any]) -> Iterator[str]:
    """Every `!function`. Aliases may make a file of few lines large: each node is seen once."""
    seen: dict[int, Any] = {}
    waiting: list[Any] = [config]
    while waiting:
        node = waiting.pop()
        if isinstance(node, CodeReference):
            yield str(node)
        if isinstance(node, dict | list) and id(node) not in seen:
            seen[id(node)] = node
            waiting += node.values() if isinstance(node, dict) else node
