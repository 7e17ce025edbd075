"""What is wrong with a recipe's values, in words, with the line of each."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from evomerge.recipe import (
    address,
    approval,
    calibration,
    constitution,
    curriculum,
    entries,
    evolve,
    formula,
    generation,
    judge,
    layer_path,
    rails,
    schema,
    splits,
    term,
    tokenizer,
    training,
    values,
    verifiers,
    writers,
)
from evomerge.recipe.dialect import ELSEWHERE
from evomerge.recipe.source import Place, Source

SHOWN = 60
"""Characters of a value that is wrong: the error stays on a line or two."""
TOLD = 20
"""Places of a recipe that are told. What is wrong in a thousand is one mistake, or no recipe."""
READ = 400
"""Errors of pydantic's that are read: a value can fail once for each member of a union."""
CLOSE = 0.65
"""How like a known key one is that was meant to be it, from 0 to 1: lwo is 0.67 like low."""
_KNOWN_KEYS = sorted(
    {
        field.alias or key
        for module in (
            schema,
            entries,
            layer_path,
            calibration,
            constitution,
            evolve,
            approval,
            rails,
            formula,
            term,
            splits,
            judge,
            address,
            generation,
            writers,
            verifiers,
            curriculum,
            tokenizer,
            training,
            values,
        )
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, values.Frozen)
        for key, field in model.model_fields.items()
    }
)


def explanations(
    details: list[ErrorDetails],
    data: Mapping[str, Any],
    source: Source | None,
    whole: str = "the recipe",
) -> list[str]:
    """What pydantic found wrong with a recipe's data, one line for each place.

    A value that fits no member of a union fails once for each member: the last one that is not
    about text or a fixed word says it best. A list is not "too short" because its entries are
    wrong.

    Args:
        whole: what the data are, in words.
    """
    lines: dict[Place, str] = {}
    for detail in details[:READ]:
        place, _ = _place_of(detail, data)
        inside = any(len(known) > len(place) and known[: len(place)] == place for known in lines)
        if detail["type"] in ("string_type", "literal_error") and (inside or place in lines):
            continue
        if not (detail["type"] == "too_short" and inside):
            lines[(*place, detail["loc"][-1]) if detail["type"] == "missing" else place] = _explain(
                detail, data, source, whole
            )
    more = len(details) - READ if len(details) > READ else len(lines) - TOLD
    told = [*lines.values()][:TOLD]
    return [*told, f"and {more} more of the kind"] if more > 0 else told


def _explain(
    detail: ErrorDetails, data: Mapping[str, Any], source: Source | None, whole: str
) -> str:
    place, rest = _place_of(detail, data)
    name = _name(place) or whole
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
        case "model_type":
            return f"{prefix}{name}: must be keys and values, not {_brief(detail['input'])}"
        case "too_short":
            return f"{prefix}{name}: must have an entry or more"
        case _:
            return f"{prefix}{name}: {detail['msg'].lower()}, not {_brief(detail['input'])}"


def _place_of(detail: ErrorDetails, data: Mapping[str, Any]) -> tuple[Place, str | int | None]:
    """Where something is wrong, and the key that is missing there, if it is that."""
    error = detail.get("ctx", {}).get("error")
    inside = error.place if isinstance(error, values.PlacedError) else ()
    return _descend(data, (*detail["loc"], *inside))


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
    if close := difflib.get_close_matches(key, _KNOWN_KEYS, n=1, cutoff=CLOSE):
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
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
