"""Recipe text: YAML parsed safely, with the line of every key kept for error messages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from evomerge.errors import RecipeError
from evomerge.reading.file_kind import RECIPE, FileKind
from evomerge.reading.regular import read_text
from evomerge.reading.yaml_text import UNREADABLE, refuse_traps

SHOWN = 40
"""Characters of a value that cannot be read, in the error."""

Place = tuple[str | int, ...]
"""Where a value stands: ("models", 1, "parameters", "weight")."""


class _RecipeLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """SafeLoader that reads 1e-4 as the number it is (YAML 1.2), not as text."""


_RecipeLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\d+(\.\d*)?|\.\d+)[eE][-+]?\d+$"),
    list("-+.0123456789"),
)


_PLAIN = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


@dataclass(frozen=True)
class Source:
    """The file that a recipe was read from, and the line of each of its values."""

    file: str
    lines: dict[Place, int] = field(default_factory=dict, repr=False)
    folder: Path | None = None
    """That the file stands in; None of a text that came from no file."""

    def at(self, place: Place) -> str:
        """`file:line` of a place, or of its nearest enclosing one that has a line."""
        for end in range(len(place), -1, -1):
            if line := self.lines.get(place[:end]):
                return f"{self.file}:{line}"
        return self.file

    def part(self, place: Place) -> Source:
        """The same file, for a part of the recipe that is a recipe itself."""
        depth = len(place)
        inside = {at[depth:]: line for at, line in self.lines.items() if at[:depth] == place}
        return Source(self.file, inside, self.folder)


def read_source(path: Path) -> tuple[dict[str, Any], Source]:
    """Read a recipe file into plain values and the lines they stand on.

    Refuses what a recipe never needs and an attacker might use: aliases, duplicate keys, tags, and
    what :func:`~evomerge.reading.yaml_text.refuse_traps` names.

    Raises:
        RecipeError: the file cannot be read, or is not a mapping in that subset of YAML.
    """
    return parse_source(read_text(path, RECIPE), str(path))


def parse_source(
    text: str, file: str = "<recipe>", kind: FileKind = RECIPE
) -> tuple[dict[str, Any], Source]:
    """Like :func:`read_source`, of text at hand; of whatever kind that has keys and values."""
    source = Source(file)
    try:
        refuse_traps(text, file, kind, _RecipeLoader, aliases=False)
        loader = _RecipeLoader(text)
        try:
            node = loader.get_single_node()
            data = _construct(loader, node, (), source) if node is not None else None
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise _not_yaml(error, file) from None
    if not isinstance(data, dict):
        raise RecipeError(f"{file}: {kind.name} is a mapping of keys to values")
    return data, source


def _not_yaml(error: yaml.YAMLError, file: str) -> RecipeError:
    mark = getattr(error, "problem_mark", None)
    where = f"{file}:{mark.line + 1}" if mark else file
    if getattr(error, "problem", None) == "but found another document":
        return RecipeError(
            f"{where}: one file is one merge; write each into a file of its own, merge them in "
            "their order, and name the folder of one as a model of the next"
        )
    return RecipeError(f"{where}: not valid YAML ({getattr(error, 'problem', None) or error})")


def _construct(loader: _RecipeLoader, node: yaml.Node, place: Place, source: Source) -> Any:
    source.lines.setdefault(place, _line(node))
    if isinstance(node, yaml.CollectionNode) and node.tag not in _PLAIN:
        raise RecipeError(f"{source.file}:{_line(node)}: the tag {node.tag} is not allowed")
    if isinstance(node, yaml.MappingNode):
        return _construct_mapping(loader, node, place, source)
    if isinstance(node, yaml.SequenceNode):
        return [
            _construct(loader, child, (*place, index), source)
            for index, child in enumerate(node.value)
        ]
    try:
        return loader.construct_object(node)
    except UNREADABLE:
        raise RecipeError(
            f"{source.file}:{_line(node)}: {node.value[:SHOWN]!r} cannot be read; "
            "quote it if it is text"
        ) from None


def _construct_mapping(
    loader: _RecipeLoader, node: yaml.MappingNode, place: Place, source: Source
) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = _line(key_node)
        if key in mapping:
            raise RecipeError(f"{source.file}:{line}: the key {key!r} stands twice")
        source.lines[(*place, key)] = line
        mapping[key] = _construct(loader, value_node, (*place, key), source)
    return mapping


def _line(where: yaml.Node) -> int:
    assert where.start_mark is not None
    return where.start_mark.line + 1
