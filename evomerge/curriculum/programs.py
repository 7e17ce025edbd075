"""The programs of a curriculum: read once, run twice, known by their hash."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from evomerge.errors import RecipeError
from evomerge.reading.file_kind import CODE, DATA
from evomerge.reading.json_text import parse_json
from evomerge.reading.regular import read_text
from evomerge.recipe import Curriculum, Recipe
from evomerge.score.judges.sandbox import Script, run_script

LINE = 256 * 1024
"""Bytes of a line that a program prints: a document has far fewer."""


class ProgramFailed(Exception):
    """A program ended badly, or came to something else the second time. The message says which."""


@dataclass(frozen=True)
class Programs:
    """The texts of a curriculum's programs, as they stood when a run began."""

    texts: Mapping[str, str]
    """By their files, as the recipe names them."""

    @classmethod
    def read(cls, curriculum: Curriculum, recipe: Recipe | None = None) -> Programs:
        """Those that a curriculum names.

        Args:
            recipe: in which it stands, for the lines of errors.

        Raises:
            RecipeError: one cannot be read, or is no Python.
        """
        texts = {}
        for place, file in curriculum.programs:
            at = recipe.at("evolve", "curriculum", *place) if recipe else ""
            try:
                texts[file] = read_text(Path(file), CODE)
                compile(texts[file], Path(file).name, "exec", dont_inherit=True)
            except RecipeError as error:
                raise RecipeError(f"{at}{error}") from None
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                raise RecipeError(f"{at}{file}: is no Python ({error})") from None
        return cls(texts)

    @property
    def fingerprint(self) -> str:
        """sha256 over the texts, in their order, wherever the files are; empty where there are
        none.
        """
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in self.texts.values()]
        return hashlib.sha256(json.dumps(hashes).encode()).hexdigest() if hashes else ""

    def values(self, file: str, *arguments: str, given: str = "") -> Iterator[Any]:
        """The JSON value on each line that a program prints; ValueErrors for those that have none.

        Args:
            arguments: what it finds in `sys.argv`, behind its name.
            given: what it reads from standard input.

        Raises:
            ProgramFailed: it did not end well, or printed something else the second time.
            UserError: there is no sandbox here.
        """
        script = Script(Path(file).name, self.texts[file], arguments, given)
        first = run_script(script)
        if first.reason:
            raise ProgramFailed(f"{script.name}: {first.reason}")
        if first != run_script(script):
            raise ProgramFailed(
                f"{script.name}: printed something else when it was run again with the same "
                "arguments; draw with random.Random(seed)"
            )
        return _values(first.output)


def _values(output: bytes) -> Iterator[Any]:
    lines = BytesIO(output)
    for number in itertools.count(1):
        line = lines.readline(LINE)
        if not line:
            return
        if len(line) == LINE:
            yield ValueError(f"line {number} is longer than {LINE // 1024} KiB")
            return
        if line.strip():
            yield _value(line)


def _value(line: bytes) -> Any:
    try:
        return parse_json(line.decode(), "it", DATA)
    except UnicodeDecodeError:
        return ValueError("is not UTF-8")
    except RecipeError as error:
        return ValueError(f"is no JSON that can be used ({str(error).removeprefix('it: ')})")
