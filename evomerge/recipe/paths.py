"""Local paths that a recipe names, made absolute: beside the recipe first."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any

from evomerge.reading.file_kind import CONSTITUTION, TEXTS
from evomerge.reading.regular import sha256_of
from evomerge.recipe.reference import is_url, model_name
from evomerge.recipe.start_names import START_NAMES
from evomerge.recipe.tokenizer import NOT_MODELS
from evomerge.recipe.training import BASE
from evomerge.recipe.writers import ELITE, LEADER


def with_absolute_paths(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Resolve every local path that the recipe names, leaving Hub ids and names as they are."""
    data = dict(data)
    if "base_model" in data:
        data["base_model"] = _absolute_model(data["base_model"], folder)
    if data.get("tokenizer_source") not in (None, *NOT_MODELS):
        data["tokenizer_source"] = _absolute_model(data["tokenizer_source"], folder)
    if isinstance(data.get("tokenizer"), dict):
        data["tokenizer"] = _with_absolute_sources(data["tokenizer"], folder)
    if isinstance(data.get("pins"), dict):
        data["pins"] = {_absolute_model(n, folder): h for n, h in data["pins"].items()}
    for key in ("models", "slices", "sources"):
        if isinstance(data.get(key), list):
            data[key] = [
                _with_absolute_model(entry, folder) if isinstance(entry, dict) else entry
                for entry in data[key]
            ]
    if isinstance(data.get("modules"), dict):
        data["modules"] = {
            name: with_absolute_paths(module, folder) if isinstance(module, dict) else module
            for name, module in data["modules"].items()
        }
    if isinstance(data.get("stages"), dict):
        data["stages"] = {
            name: with_absolute_paths(stage, folder) if isinstance(stage, dict) else stage
            for name, stage in data["stages"].items()
        }
    if isinstance(data.get("calibration"), dict):
        data["calibration"] = _with_found_texts(data["calibration"], folder)
    if isinstance(data.get("evolve"), dict):
        data["evolve"] = _with_absolute_tasks(data["evolve"], folder)
    return data


def _with_found_texts(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The file's absolute path and, unless the recipe has it, its hash: by that it is known."""
    if not isinstance(settings.get("texts"), str):
        return settings
    path = Path(_absolute(settings["texts"], folder))
    found = {"sha256": sha256_of(path, TEXTS)} if os.path.isfile(path) else {}
    return {**found, **settings, "texts": str(path)}


def _with_absolute_sources(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The models that `tokenizer:` names: whose it is, and whose rows single tokens get."""
    settings = dict(settings)
    if settings.get("source") not in (None, *NOT_MODELS):
        settings["source"] = _absolute_model(settings["source"], folder)
    if isinstance(settings.get("tokens"), dict):
        settings["tokens"] = {
            token: _with_absolute_row(row, folder) if isinstance(row, dict) else row
            for token, row in settings["tokens"].items()
        }
    return settings


def _with_absolute_row(row: dict[str, Any], folder: Path) -> dict[str, Any]:
    source = row.get("source")
    if isinstance(source, dict) and "kind" in source:
        return {**row, "source": _with_absolute_model(source, folder)}
    return {**row, "source": _absolute_model(source, folder)}


def _with_absolute_tasks(evolve: dict[str, Any], folder: Path) -> dict[str, Any]:
    evolve = dict(evolve)
    starts = evolve.get("start_from")
    if isinstance(starts, list):
        evolve["start_from"] = [_absolute_run(start, folder) for start in starts]
    elif starts is not None:
        evolve["start_from"] = _absolute_run(starts, folder)
    training = evolve.get("training")
    if isinstance(training, dict) and training.get("from") not in (None, BASE):
        evolve["training"] = {**training, "from": _absolute_model(training["from"], folder)}
    for key in ("fitness", "guards"):
        if isinstance(evolve.get(key), list):
            evolve[key] = [
                _with_absolute_term(term, folder) if isinstance(term, dict) else term
                for term in evolve[key]
            ]
    if isinstance(evolve.get("curriculum"), dict):
        evolve["curriculum"] = with_absolute_programs(evolve["curriculum"], folder)
    if isinstance(evolve.get("constitution"), dict):
        evolve["constitution"] = _with_found_principles(evolve["constitution"], folder)
    return evolve


def with_absolute_programs(curriculum: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Programs, task files and models, wherever `curriculum:` names them; no texts and templates.

    A name that is no file or folder stays as it is, and so do the population's and the chains'.
    """
    writers = curriculum.get("writers")
    listed = writers if isinstance(writers, list) else []
    names = {str(one.get("name")) for one in listed if isinstance(one, dict)}
    made: dict[str, Any] = _with_absolute_names(curriculum, folder, {LEADER, ELITE, *names})
    return made


def _with_absolute_names(node: Any, folder: Path, fixed: set[str]) -> Any:
    if isinstance(node, list):
        return [_with_absolute_names(one, folder, fixed) for one in node]
    if not isinstance(node, dict):
        return node

    def resolved(key: str, value: Any) -> Any:
        if key in ("program", "task"):
            return _absolute_file(value, folder)
        if key in ("ask", "model", "judge") and not node.get("url"):
            return value if value in (LEADER, ELITE) else _absolute_model(value, folder)
        if key == "of" and isinstance(value, list):
            return [name if name in fixed else _absolute_model(name, folder) for name in value]
        return value if key == "document" else _with_absolute_names(value, folder, fixed)

    return {key: resolved(key, value) for key, value in node.items()}


def _absolute_file(name: Any, folder: Path) -> Any:
    """Only what looks like a file: a folder may be called like a task of the library."""
    is_file = isinstance(name, str) and name.endswith((".py", ".yaml", ".yml"))
    return _absolute(name, folder) if is_file else name


def _with_found_principles(settings: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The file's absolute path and hash, by which it is known, and its judge's."""
    settings, judge = dict(settings), settings.get("judge")
    if isinstance(settings.get("file"), str):
        path = Path(_absolute(settings["file"], folder))
        found = {"sha256": sha256_of(path, CONSTITUTION)} if os.path.isfile(path) else {}
        settings = {**found, **settings, "file": str(path)}
    if isinstance(settings.get("against"), str):
        settings["against"] = _absolute_model(settings["against"], folder)
    if isinstance(judge, dict):
        settings["judge"] = _with_absolute_judge(judge, folder)
    return settings


def _with_absolute_judge(judge: dict[str, Any], folder: Path) -> dict[str, Any]:
    judge = dict(judge)
    if isinstance(judge.get("python"), str):
        judge["python"] = _absolute_function(judge["python"], folder)
    if isinstance(judge.get("model"), str) and not judge.get("url"):
        judge["model"] = _absolute_model(judge["model"], folder)
    return judge


def _absolute_function(python: str, folder: Path) -> str:
    file, colon, function = python.rpartition(":")
    return _absolute(file, folder) + colon + function if file.endswith(".py") else python


def _absolute_run(start: Any, folder: Path) -> Any:
    named = not isinstance(start, str) or start in START_NAMES
    return start if named else _absolute(start, folder)


def _with_absolute_model(entry: dict[str, Any], folder: Path) -> dict[str, Any]:
    entry = with_absolute_paths(entry, folder)
    if "model" in entry:
        entry["model"] = _absolute_model(entry["model"], folder)
    return entry


def _absolute_model(name: Any, folder: Path) -> Any:
    with contextlib.suppress(ValueError):  # validation says what is wrong with it
        name = model_name(name)
    if not isinstance(name, str):
        return name
    whole = _absolute(name, folder)
    if whole != name:
        return whole  # a folder, whatever signs its name has
    return "+".join(_absolute(part, folder) for part in name.split("+"))


def _with_absolute_term(term: dict[str, Any], folder: Path) -> dict[str, Any]:
    term = dict(term)
    task, text, python, judge = map(term.get, ("task", "text", "python", "judge"))
    if isinstance(task, str) and task.endswith((".yaml", ".yml")):
        term["task"] = _absolute(task, folder)
    if isinstance(text, str):
        term["text"] = _absolute(text, folder)
    if isinstance(python, str):
        term["python"] = _absolute_function(python, folder)
    floor = term.get("floor")
    if isinstance(floor, dict) and isinstance(floor.get("against"), str):
        term["floor"] = {**floor, "against": _absolute_model(floor["against"], folder)}
    if isinstance(judge, dict):
        term["judge"] = _with_absolute_judge(judge, folder)
    return term


def _absolute(name: str, folder: Path) -> str:
    if is_url(name):
        return name
    for base in (folder, Path.cwd()):
        with contextlib.suppress(OSError, RuntimeError):  # no such user; a name that is too long
            path = base / Path(name).expanduser()
            if name and path.exists():
                return str(path.resolve())
    return name
