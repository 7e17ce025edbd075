"""What a term's `task` names: a task of its own, or the members of a group or a tag."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from evomerge.errors import RecipeError
from evomerge.score.library.catalogue import Catalogue, close_names
from evomerge.score.library.task_file import read_task_file, references
from evomerge.zoo import TASKS as ZOO_TASKS

OWN_TASKS = Path(str(find_spec("lm_eval").origin)).parent / "tasks"  # type: ignore[union-attr]
"""lm-eval's own, which may run code as lm-eval itself may. Importing it would take seconds."""

MOST_TASKS = 10_000
"""Of a group, those of groups in it counted each time. lm-eval's largest has some hundreds."""
MOST_GROUPS = 16
"""Inside each other. lm-eval's own have four."""

_OF_GROUPS = {"group", "group_alias", "task", "aggregate_metric_list", "metadata"}
"""Keys of a group file that are the group's own; all others hold for its members."""


@dataclass(frozen=True)
class Member:
    """A task in a file."""

    name: str
    path: Path
    changes: Mapping[str, Any] = field(default_factory=dict)
    """Keys that a group sets, in place of the file's."""
    inline: bool = False
    """Whether these keys are all of it: the group's file has it between its own lines."""


@dataclass(frozen=True)
class Members:
    """The tasks that a name stands for, none of them loaded yet."""

    name: str
    tasks: tuple[Member, ...]
    kind: str = "task"
    """`task`, `group` or `tag`."""
    by_size: Mapping[str, bool] = field(default_factory=dict)
    """By metric, whether a group's mean is over all items, or else over its tasks' means."""

    @property
    def alone(self) -> bool:
        """Whether it is one task, and not a mean of several."""
        return self.kind == "task"


class Library:
    """The task files at hand: the zoo's, those on include paths, and lm-eval's own.

    Args:
        include_paths: folders of tasks, searched in their order.
        folder: of the recipe; None: it came from no file, and its tasks may read anything.
    """

    def __init__(self, include_paths: Sequence[Path], folder: Path | None = None) -> None:
        self._include_paths, self._folder = include_paths, folder
        folders = [Catalogue(path) for path in include_paths]
        self._catalogues = [_kept(ZOO_TASKS), *folders, _kept(OWN_TASKS)]
        self._files: dict[str, Path | None] = {}
        self._configs: dict[Path, dict[str, Any]] = {}
        self._count = 0

    def members(self, subject: str) -> Members:
        """What a task's name, or its file, stands for.

        A group that is given as a file may have tasks in the files beside it.

        Raises:
            RecipeError: there is no such file, task, group or tag, or it cannot be read; a group is
                empty, in itself, or too large.
        """
        self._files, self._configs, self._count = {}, {}, 0
        if not subject.endswith((".yaml", ".yml")):
            path = self._find(subject)
            if path is not None:
                return self._in_file(path)
            return Members(subject, tuple(self._named(subject, {}, ())), "tag")
        path = Path(subject).resolve()
        if not os.path.isfile(path):
            raise RecipeError("no such file")
        beside = copy.copy(self)
        beside._catalogues = [
            *self._catalogues[:-1],
            Catalogue(path.parent, self._within(path)),
            self._catalogues[-1],
        ]
        return beside._in_file(path)

    def _find(self, name: str) -> Path | None:
        if name not in self._files:
            found = (catalogue.find(name) for catalogue in self._catalogues)
            self._files[name] = next(filter(None, found), None)
        return self._files[name]

    def _read(self, path: Path) -> dict[str, Any]:
        if path not in self._configs:
            self._configs[path] = read_task_file(path, self._within(path))
        return self._configs[path]

    def _in_file(self, path: Path) -> Members:
        config = self._read(path)
        if isinstance(config.get("task"), str):
            return Members(config["task"], (Member(config["task"], path),))
        if not isinstance(config.get("group"), str):
            raise RecipeError(f"{path}: names no task; add task: NAME, or name another file")
        name = config["group"]
        # One that is named twice is what it was named last, as for lm-eval.
        tasks = {task.name: task for task in self._of_group(name, config, path, {}, ())}
        if not tasks:
            raise RecipeError(f"{path}: the group {name} has no tasks")
        return Members(name, tuple(tasks.values()), "group", _weighing(config))

    def _within(self, path: Path) -> tuple[Path, ...] | None:
        return folders_for(path, self._include_paths, self._folder)

    def _counted(self, path: Path) -> None:
        self._count += 1
        if self._count > MOST_TASKS:
            raise RecipeError(f"{path}: is one of more than {MOST_TASKS:,} tasks of a group")

    def _named(
        self, name: str, changes: Mapping[str, Any], above: tuple[str, ...]
    ) -> Iterator[Member]:
        """The tasks that a name stands for, with what the groups above set."""
        path = self._find(name)
        if path is not None:
            config = self._read(path)
            if isinstance(config.get("task"), str):
                yield Member(name, path, changes)
            else:
                yield from self._of_group(name, config, path, changes, above)
            return
        tagged = next(filter(None, (c.tagged(name) for c in self._catalogues)), None)
        if tagged is None:
            close = close_names(name, self._catalogues)
            hint = f"; did you mean {', '.join(close)}?" if close else ""
            of = f"the group {above[-1]} has {name}, and " if above else ""
            raise RecipeError(f"{of}lm-eval has no task of that name{hint}")
        for one in tagged:
            self._counted(one)
            yield Member(str(self._read(one)["task"]), one, changes)

    def _of_group(
        self,
        name: str,
        config: Mapping[str, Any],
        path: Path,
        changes: Mapping[str, Any],
        above: tuple[str, ...],
    ) -> Iterator[Member]:
        """The tasks of a group and of those in it, as lm-eval expands them."""
        if name in above:
            raise RecipeError(f"{path}: the group {name} is in itself")
        if len(above) == MOST_GROUPS:
            problem = f"the group {name} is {MOST_GROUPS} groups deep; name it by itself"
            raise RecipeError(f"{path}: {problem}")
        changes, above = {**_for_members(config), **changes}, (*above, name)
        entries = config.get("task") or []
        for entry in entries if isinstance(entries, list) else [entries]:
            self._counted(path)
            entry = {"task": entry} if isinstance(entry, str) else entry
            inner = entry.get("group", entry.get("task")) if isinstance(entry, Mapping) else None
            if not isinstance(inner, str):
                raise RecipeError(f"{path}: {entry!r} is no task of the group {name}")
            more = {**changes, **_for_members(entry)}
            if code := next(references(more), None):
                problem = f"the group {name} gives {inner} code ({code}); write it into a task file"
                raise RecipeError(f"{path}: {problem}")
            if "group" in entry and self._find(inner) is None:
                yield from self._of_group(f"{name}::{inner}", entry, path, changes, above)
            elif "dataset_path" in entry and self._find(inner) is None:
                yield Member(f"{name}::{inner}", path, more, inline=True)
            else:
                yield from self._named(inner, more, above)


def folders_for(
    file: Path, include_paths: Sequence[Path], folder: Path | None
) -> tuple[Path, ...] | None:
    """The folders that a task's file may read from; None: any, since the user trusts it.

    Args:
        include_paths: that the user named.
        folder: of the recipe; None: it came from no file.
    """
    trusted = [path.resolve() for path in (*include_paths, ZOO_TASKS, OWN_TASKS)]
    if folder is None or any(file.is_relative_to(path) for path in trusted):
        return None
    return (folder.resolve(), *trusted)


@cache
def _kept(folder: Path) -> Catalogue:
    """A folder that stays as it is, read once."""
    return Catalogue(folder)


def _for_members(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a group says of its tasks, and not of itself."""
    return {key: value for key, value in config.items() if key not in _OF_GROUPS}


def _weighing(config: Mapping[str, Any]) -> dict[str, bool]:
    """By metric, whether lm-eval weighs the tasks of a group by their sizes, as it does unasked."""
    listed = config.get("aggregate_metric_list") or []
    entries = [listed] if isinstance(listed, Mapping) else listed
    return {
        str(entry.get("metric")): bool(entry.get("weight_by_size", True))
        for entry in entries
        if isinstance(entry, Mapping)
    }
