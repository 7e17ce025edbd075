"""Which files a task may read: those of folders that the user named, and none that a stranger did.

A task file is data that others wrote, and what it reads may be shown to a judge elsewhere. So what
it names must lie in the recipe's folder, in one that was included, or among the tasks that ship. A
file in an included folder may run code, and is held to nothing.
"""

from __future__ import annotations

import glob
import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from evomerge.errors import RecipeError
from evomerge.permissions import Permissions
from evomerge.score.library.beside import is_format
from evomerge.score.library.data_files import READERS, named_data
from evomerge.score.library.members import OWN_TASKS
from evomerge.zoo import TASKS as ZOO_TASKS

OPTIONS = ("cache_dir", "download_config", "storage_options", "token")
"""Of `dataset_kwargs`, those that write elsewhere or send a key along."""


_READ_OTHERWISE = re.compile(r"~|[\w+.-]+:(?!//)|[\w+.-]+://.*::")
"""What `datasets` takes for a home folder, or cuts `file:` off, whatever lies here under that name;
and addresses that lead to others."""


class Reach:
    """What a task file may read.

    Args:
        permissions: of the user's. Of a recipe that came from no file, everything.
        file: the task's.
    """

    def __init__(self, permissions: Permissions, file: Path) -> None:
        own = () if permissions.folder is None else (permissions.folder,)
        named = (*own, *permissions.include_paths, ZOO_TASKS, OWN_TASKS)
        self._folders = [path.resolve() for path in named]
        self._is_free = permissions.folder is None or permissions.trusts(file)
        self._file = file

    def check(self, config: Mapping[str, Any]) -> None:
        """Check all that a task's config reads.

        Args:
            config: with data that lie beside the task found there.

        Raises:
            RecipeError: something lies elsewhere, with file and line, and how to allow it.
        """
        if self._is_free:
            return
        for key, name in self._named(config):
            if _READ_OTHERWISE.match(name):
                raise self._refused(key, f"{name!r} is no path, but read as another one")
            if "://" in name:
                self._check_address(key, name)
            else:
                self._check_path(key, name)
        options = config.get("dataset_kwargs")
        for key in OPTIONS:
            if isinstance(options, Mapping) and options.get(key):
                raise self._refused(key, f"{key} is not taken from a task file")

    def check_text(self) -> None:
        """Check that the file, a text that the recipe names, may be read.

        Raises:
            RecipeError: it lies elsewhere.
        """
        if not (self._is_free or self._reaches(self._file)):
            raise RecipeError(
                "lies in no folder that you named: texts are read from the recipe's folder and "
                f"those of --include-path; allow it with --include-path {self._file.parent}"
            )

    def _named(self, config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Every file, folder, pattern and address that a config names, with its key."""
        for file, included in _includes(self._file):
            yield "include", str(file.parent / included)
        prompt = config.get("use_prompt")
        if isinstance(prompt, str) and ".yaml" in prompt:
            yield "use_prompt", prompt.partition(":")[0]
        data = str(config.get("dataset_path") or "")
        if not Path(data).exists() and is_format(data) and data not in READERS:
            raise self._refused(
                "dataset_path", f"the reader {data!r} is none of {', '.join(sorted(READERS))}"
            )
        yield from named_data(config)

    def _check_address(self, key: str, name: str) -> None:
        """The Hub is where tasks' data come from; all else is an address of the file's choice."""
        if not name.startswith(("hf://", "https://huggingface.co/")) or "::" in name:
            raise self._refused(key, f"{name} is an address that is not the Hub's", name)

    def _check_path(self, key: str, name: str) -> None:
        plain = Path(*itertools.takewhile(lambda part: not glob.has_magic(part), Path(name).parts))
        self._require_reached(key, name, plain)  # before a pattern is looked for in all the disk
        for path in map(Path, glob.glob(name, recursive=True) or [name]):
            self._require_reached(key, name, path)
            for inner in path.rglob("*") if path.is_dir() else ():
                if inner.is_symlink():
                    self._require_reached(key, name, inner)

    def _require_reached(self, key: str, name: str, path: Path) -> None:
        if not self._reaches(path):
            where = path.resolve()
            raise self._refused(key, f"{where} lies in no folder that you named", name)

    def _reaches(self, path: Path) -> bool:
        return any(path.resolve().is_relative_to(folder) for folder in self._folders)

    def _refused(self, key: str, problem: str, name: str = "") -> RecipeError:
        return RecipeError(
            f"{_place(self._file, key)}: {key}: {problem}. A task reads the recipe's folder and "
            f"those of --include-path; if you trust it with more, allow it with --include-path "
            f"{self._allowing(name)}"
        )

    def _allowing(self, name: str) -> Path:
        """The folder of the data; where that is not all that would be needed, the task's own."""
        path = Path(name)
        plain = name and "://" not in name and not glob.has_magic(name)
        return path.resolve().parent if plain and path.is_file() else self._file.parent


def _includes(file: Path, above: tuple[Path, ...] = ()) -> Iterator[tuple[Path, str]]:
    """The files that a task file includes, and those that they do."""
    node = _composed(file)
    if not isinstance(node, yaml.MappingNode) or file in above:
        return
    for key, value in node.value:
        if key.value == "include":
            for one in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                yield file, str(one.value)
                yield from _includes((file.parent / str(one.value)).resolve(), (*above, file))


def _place(file: Path, key: str) -> str:
    """`file:line` where a key stands first, in a task file or what it includes."""
    for one in (file, *(top.parent / name for top, name in _includes(file))):
        if line := _line(_composed(one), key):
            return f"{one}:{line}"
    return str(file)


def _line(top: yaml.Node | None, key: str) -> int | None:
    waiting, seen = [top], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:  # an alias may stand for itself
            continue
        seen.add(id(node))
        for name, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if name.value == key:
                return int(name.start_mark.line) + 1
            waiting.append(value)
    return None


def _composed(file: Path) -> yaml.Node | None:
    try:
        return yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return None  # who loads the task says what is wrong with it
