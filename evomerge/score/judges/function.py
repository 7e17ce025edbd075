"""A Python function of the user's that judges answers; its source is part of what a run is."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import importlib
import inspect
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from evomerge.errors import RecipeError, TrialError
from evomerge.permissions import Permissions
from evomerge.reading.file_kind import CODE
from evomerge.reading.regular import read_bytes
from evomerge.score.items.item import content_id
from evomerge.score.judges.afresh.process import judged_afresh


class Function:
    """Judges each answer by itself: `function(doc, answer)` gives a number, higher is better.

    Loading it runs the user's code: it must have been allowed.

    Args:
        where: "module:function", or "file.py:function".

    Raises:
        RecipeError: there is no such function, or its module cannot be loaded.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        home, colon, name = where.rpartition(":")
        if not (home and colon and name):
            raise RecipeError(f'python {where!r}: expected "module:function" or "file.py:function"')
        try:
            self.sha256, module = _load_file(home) if home.endswith(".py") else _load_module(home)
        except RecipeError:
            raise
        except (Exception, SystemExit) as error:  # whatever the user's code does
            problem = f"{type(error).__name__}: {error}"
            raise RecipeError(f"python {where}: cannot be loaded ({problem})") from error
        function = getattr(module, name, None)
        if not callable(function):
            raise RecipeError(f"python {where}: {home} has no function {name}")
        self._function: Callable[[dict[str, Any], str], Any] = function

    @property
    def name(self) -> str:
        """How it is called in tables: without the folders that it is in."""
        home, _, name = self._where.rpartition(":")
        return f"{Path(home).name}:{name}"

    def scores(self, docs: Sequence[Mapping[str, Any]], answers: Sequence[str]) -> list[float]:
        """The score of each answer.

        Raises:
            TrialError: the function raised, or gave no finite number.
        """
        return [self._score(doc, text) for doc, text in zip(docs, answers, strict=True)]

    def scores_afresh(
        self, docs: Sequence[Mapping[str, Any]], answers: Sequence[str]
    ) -> list[float]:
        """The score of each answer in a fresh process, which knows nothing of this one.

        Its module is loaded there once more. Strings have other hashes, the clocks tell another
        time, later with each answer, and the global random generators are in other states. What
        depends on anything of that, on the order of the answers, or on what was judged before,
        gives other scores. What cannot be caught: what a function fetches from the network or
        reads from files, and how fast the machine is.

        Raises:
            TrialError: the function raised, gave no finite number or has another source by now;
                or its process crashed, was killed, or took too long.
        """
        return judged_afresh(self._where, self.sha256, docs, answers)

    def _score(self, doc: Mapping[str, Any], answer: str) -> float:
        def fail(problem: str) -> TrialError:
            return TrialError(f"python {self._where}: item {content_id(doc)}: {problem}")

        try:
            with contextlib.redirect_stdout(sys.stderr):  # stdout is for data
                value = self._function(copy.deepcopy(dict(doc)), answer)
        except (Exception, SystemExit) as error:  # whatever the user's code does
            raise fail(f"{type(error).__name__}: {error}") from error
        if isinstance(value, np.generic):
            value = value.item()
        if not isinstance(value, Real) or not math.isfinite(value):
            raise fail(f"gave {value!r}, which is no finite number")
        return float(value)


def file_of(where: str) -> Path | None:
    """The file that a function of the user's stands in, once it was loaded; None of a module that
    has none.
    """
    home = where.rpartition(":")[0]
    if home.endswith(".py"):
        return Path(home)
    source = inspect.getsourcefile(sys.modules[home])
    return None if source is None else Path(source)


def allowed_function(where: str, permissions: Permissions) -> Function:
    """A function that the user allows to be run.

    Raises:
        RecipeError: no function is allowed, or there is none of that name.
    """
    if not permissions.allow_python:
        raise RecipeError(
            f"runs Python code of yours ({where}); if you trust it, allow it with "
            "--allow-python (in Python: Permissions(allow_python=True))"
        )
    return Function(where)


def _load_file(path: str) -> tuple[str, ModuleType]:
    """The module that a file is, and the sha256 of exactly what was run."""
    if not os.path.isfile(path):
        raise RecipeError(f"python {path}: no such file")
    source = read_bytes(Path(path), CODE)
    sha256 = hashlib.sha256(source).hexdigest()
    module = ModuleType(f"evomerge_python_{sha256[:16]}")
    module.__file__ = path
    sys.modules[module.__name__] = module  # dataclasses look their module up
    exec(compile(source, path, "exec"), module.__dict__)  # noqa: S102 - allowed by the user
    return sha256, module


def _load_module(name: str) -> tuple[str, ModuleType]:
    module = importlib.import_module(name)
    try:
        source = inspect.getsourcefile(module)
    except TypeError:
        source = None
    if source is None:
        raise RecipeError(
            f"python {name}: has no source file to know it by; name a function in a .py file that "
            "calls it"
        )
    return hashlib.sha256(Path(source).read_bytes()).hexdigest(), module
