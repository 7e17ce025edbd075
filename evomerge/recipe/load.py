"""A recipe file in, a validated `Recipe` out; what is wrong is told with file and line."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from evomerge.errors import RecipeError
from evomerge.recipe import (
    calibration,
    evolve,
    judge,
    schema,
    splits,
    term,
    tokenizer,
    values,
)
from evomerge.recipe.dialect import ELSEWHERE
from evomerge.recipe.reference import model_name
from evomerge.recipe.schema import Recipe
from evomerge.recipe.source import Place, Source, parse_source, read_source

_KNOWN_KEYS = sorted(
    {
        key
        for module in (schema, calibration, evolve, term, splits, judge, tokenizer, values)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, values.Frozen)
        for key in model.model_fields
    }
)

NOT_MODELS = ("base", "union")
"""What may stand for a tokenizer's source and is no model."""


def load_recipe(path: str | Path) -> Recipe:
    """Read and validate a recipe file.

    Relative paths of parents, tasks, texts, functions and judges are looked up beside the recipe
    first, then in the working directory, and stand as absolute paths in the result.

    Raises:
        RecipeError: with file and line of everything that is wrong.
    """
    path = Path(path)
    data, source = read_source(path)
    return recipe_from(_with_absolute_paths(data, path.parent), source)


def parse_recipe(text: str, file: str = "<recipe>") -> Recipe:
    """Validate a recipe given as YAML text."""
    return recipe_from(*parse_source(text, file))


def recipe_from(data: Mapping[str, Any], source: Source | None = None) -> Recipe:
    """Validate a recipe given as plain values.

    Raises:
        RecipeError: naming every value that is wrong, and its line where a source is given.
    """
    try:
        return Recipe.model_validate(data).with_source(source)
    except ValidationError as error:
        raise RecipeError("\n".join(_explain_all(error.errors(), data, source))) from None


def _explain_all(
    details: list[ErrorDetails], data: Mapping[str, Any], source: Source | None
) -> list[str]:
    """One line for each place that is wrong.

    A value that fits no member of a union fails once for each member: the last one that is not
    about text or a fixed word says it best. A list is not "too short" because its entries are
    wrong.
    """
    lines: dict[Place, str] = {}
    for detail in details:
        place, _ = _descend(data, detail["loc"])
        inside = any(len(known) > len(place) and known[: len(place)] == place for known in lines)
        if detail["type"] in ("string_type", "literal_error") and (inside or place in lines):
            continue
        if not (detail["type"] == "too_short" and inside):
            lines[(*place, detail["loc"][-1]) if detail["type"] == "missing" else place] = _explain(
                detail, data, source
            )
    return list(lines.values())


def _explain(detail: ErrorDetails, data: Mapping[str, Any], source: Source | None) -> str:
    place, rest = _descend(data, detail["loc"])
    name = _name(place) or "the recipe"
    prefix = f"{source.at(place)}: " if source else ""
    match detail["type"]:
        case "missing":
            return f"{prefix}{name} lacks the key {rest!r}"
        case "extra_forbidden":
            return f"{prefix}unknown key {name!r}{_suggest(place, detail['input'])}"
        case "value_error":
            return f"{prefix}{name}: {detail['ctx']['error']}"
        case "tuple_type":
            return f"{prefix}{name}: must be a list, not {_brief(detail['input'])}"
        case "too_short":
            return f"{prefix}{name}: must have an entry or more"
        case _:
            return f"{prefix}{name}: {detail['msg'].lower()}, not {_brief(detail['input'])}"


def _descend(data: Any, loc: tuple[int | str, ...]) -> tuple[Place, str | int | None]:
    """Follow an error's location through the data.

    Pydantic mixes the names of union members into locations; those are not in the data and are
    passed over. The second result is the last name that was, which for a missing key is the key.
    """
    place: list[str | int] = []
    missing = None
    for step in loc:
        inside = isinstance(data, Mapping) and step in data
        inside |= isinstance(data, list | tuple) and isinstance(step, int) and step < len(data)
        if inside:
            data = data[step]
            place.append(step)
        missing = None if inside else step
    return tuple(place), missing


def _name(place: Place) -> str:
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.removeprefix(".")


def _suggest(place: Place, value: Any) -> str:
    key = str(place[-1])
    if key in ELSEWHERE:
        return f"; {ELSEWHERE[key]}"
    if close := difflib.get_close_matches(key, _KNOWN_KEYS, n=1):
        return f"; did you mean {close[0]!r}?"
    if _can_be_a_parameter(place, value):
        return "; what the merge method takes stands under parameters:"
    return ""


def _can_be_a_parameter(place: Place, value: Any) -> bool:
    """Whether a key stands where parameters: can stand, and has such a value."""
    levels = {"models", "slices", "sources", "modules"}
    around = [step for step in place[:-1] if isinstance(step, str)]
    return set(around) <= levels and isinstance(value, bool | int | float | list)


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _with_absolute_paths(data: dict[str, Any], folder: Path) -> dict[str, Any]:
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
            name: _with_absolute_paths(module, folder) if isinstance(module, dict) else module
            for name, module in data["modules"].items()
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
    found = {"sha256": calibration.file_sha256(path)} if path.is_file() else {}
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
    for key in ("fitness", "guards"):
        if isinstance(evolve.get(key), list):
            evolve[key] = [
                _with_absolute_term(term, folder) if isinstance(term, dict) else term
                for term in evolve[key]
            ]
    return evolve


def _with_absolute_model(entry: dict[str, Any], folder: Path) -> dict[str, Any]:
    entry = _with_absolute_paths(entry, folder)
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
        file, colon, function = python.rpartition(":")
        if file.endswith(".py"):
            term["python"] = _absolute(file, folder) + colon + function
    floor = term.get("floor")
    if isinstance(floor, dict) and isinstance(floor.get("against"), str):
        term["floor"] = {**floor, "against": _absolute_model(floor["against"], folder)}
    if isinstance(judge, dict) and isinstance(judge.get("model"), str) and not judge.get("url"):
        term["judge"] = {**judge, "model": _absolute_model(judge["model"], folder)}
    return term


def _absolute(name: str, folder: Path) -> str:
    for base in (folder, Path.cwd()):
        with contextlib.suppress(OSError, RuntimeError):  # no such user; a name that is too long
            path = base / Path(name).expanduser()
            if name and path.exists():
                return str(path.resolve())
    return name
