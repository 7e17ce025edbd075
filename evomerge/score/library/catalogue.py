"""Which file has which task, group or tag: files are read as text, thousands in a second."""

from __future__ import annotations

import difflib
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from evomerge.errors import RecipeError
from evomerge.reading.file_kind import TASK
from evomerge.reading.regular import read_bytes
from evomerge.score.library.task_file import read_task_file

_NAME = re.compile(rb"""^["']?(?:task|group)["']?[ \t]*:([^\r\n#\[]+)""", re.MULTILINE)
_LIST = rb"""["']?[ \t]*:([^\r\n]*(?:\r?\n[ \t]*-[^\r\n]*)*)"""
_TAGS = re.compile(rb"""(?:^|[{,][ \t]*)["']?tag""" + _LIST, re.MULTILINE)
_INCLUDES = re.compile(rb"""^["']?include""" + _LIST, re.MULTILINE)
_ENTRY = re.compile(rb"""[^\s"'\[\]{},#-][^\s"'\[\]{},#]*""")
_PASSED_OVER = {"__pycache__", ".ipynb_checkpoints"}


class Catalogue:
    """The tasks, groups and tags in the YAML files of a folder, and of those in it.

    Names are looked for in the text of the files; only files that may have the one that is wanted
    are parsed. Of several files that have a name the first in the order of their paths has it, as
    for lm-eval.
    """

    def __init__(self, folder: Path, within: Sequence[Path] | None = None) -> None:
        self._folder, self._within = folder.resolve(), within

    @cached_property
    def _texts(self) -> dict[Path, bytes]:
        return {
            path: _bytes(path)
            for path in sorted(self._folder.glob("**/*.yaml"), key=Path.as_posix)
            if path.is_file() and not _PASSED_OVER.intersection(path.parts)
        }

    @cached_property
    def _named(self) -> dict[str, Path]:
        named: dict[str, Path] = {}
        for path, text in self._texts.items():
            for match in _NAME.finditer(text):
                if name := _decoded(match[1].strip(b" \t\"'")):
                    named.setdefault(name, path)
        return named

    @cached_property
    def _tagging(self) -> dict[str, list[Path]]:
        """The files in which each tag stands, and those that include them."""
        texts, including = dict(self._texts), defaultdict(list)
        waiting = [*texts]
        while waiting:
            path = waiting.pop()
            for name in _listed(_INCLUDES, texts[path]):
                included = Path(path.parent, name).resolve()
                including[included].append(path)
                may_be = self._within is None or any(map(included.is_relative_to, self._within))
                if included not in texts and may_be and os.path.isfile(included):
                    texts[included] = _bytes(included)
                    waiting.append(included)
        tagging: dict[str, list[Path]] = defaultdict(list)
        for path, text in texts.items():
            for tag in _listed(_TAGS, text):
                tagging[tag].append(path)
        return {tag: _closure(paths, including) for tag, paths in tagging.items()}

    def find(self, name: str) -> Path | None:
        """The file of a task or a group; None where there is none."""
        likely = [self._named[name]] if name in self._named else []
        for path in chain(likely, self._mentioning(name)):
            config = self._config(path)
            if name in (config.get("task"), config.get("group")):
                return path
        return None

    def tagged(self, name: str) -> list[Path]:
        """The files of the tasks that have a tag, in the order of the tasks' names."""
        found: dict[str, Path] = {}
        for path in self._tagging.get(name, ()):
            config = self._config(path) if path in self._texts else {}
            tags = config.get("tag")
            tagged = name in (tags if isinstance(tags, list) else [tags])
            if tagged and isinstance(config.get("task"), str):
                found.setdefault(config["task"], path)
        return [found[task] for task in sorted(found)]

    @property
    def names(self) -> set[str]:
        """All names that can be seen in the text."""
        return {*self._named, *self._tagging}

    def _config(self, path: Path) -> dict[str, Any]:
        try:
            return read_task_file(path, self._within)
        except RecipeError:
            return {}  # another file's mistake is not this task's

    def _mentioning(self, name: str) -> Iterator[Path]:
        """The files in whose text a name stands."""
        word = re.compile(rb"(?<![\w-])" + re.escape(name.encode()) + rb"(?![\w-])")
        return (path for path, text in self._texts.items() if word.search(text))


def close_names(name: str, catalogues: Sequence[Catalogue]) -> list[str]:
    """The names that are most like one that there is not."""
    known = {known for catalogue in catalogues for known in catalogue.names}
    return difflib.get_close_matches(name, sorted(known), n=3)


def _closure(paths: Sequence[Path], including: dict[Path, list[Path]]) -> list[Path]:
    """These files and all that include them, in the order of their paths."""
    found = set(paths)
    waiting = [*paths]
    while waiting:
        more = [path for path in including.get(waiting.pop(), ()) if path not in found]
        found.update(more)
        waiting += more
    return sorted(found, key=Path.as_posix)


def _listed(pattern: re.Pattern[bytes], text: bytes) -> list[str]:
    """The entries of a key, whether it has one or a list of them."""
    return [_decoded(entry) for m in pattern.finditer(text) for entry in _ENTRY.findall(m[1])]


def _bytes(path: Path) -> bytes:
    """What is in a file; nothing where it may not be read."""
    try:
        return read_bytes(path, TASK)
    except RecipeError:
        return b""


def _decoded(text: bytes) -> str:
    return text.decode(errors="replace")
