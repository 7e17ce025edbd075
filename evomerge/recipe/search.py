"""What a recipe says under `search:`: an algorithm's name, and the settings of that algorithm."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, GetJsonSchemaHandler, PlainSerializer, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError

from evomerge.search import AlgorithmSettings, Kind
from evomerge.search.algorithms import ALGORITHMS, DEFAULT, kind_of

NAME = "algorithm"
"""The key that names the algorithm."""


def _settings_of(value: Any) -> AlgorithmSettings:
    """The named algorithm's settings.

    Raises:
        ValueError: it is no mapping.
        ValidationError: there is no such algorithm, or it does not take what is set.
    """
    if isinstance(value, AlgorithmSettings):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a mapping such as {{{NAME}: {DEFAULT.name}}}, not {value!r}")
    name = value.get(NAME, DEFAULT.name)
    kind = ALGORITHMS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise _wrong({NAME: f"no algorithm is called {name!r}; there are {_listed(ALGORITHMS)}"})
    rest = {key: setting for key, setting in value.items() if key != NAME}
    foreign = {key: _why(key, kind) for key in rest if key not in kind.settings.model_fields}
    if foreign:
        raise _wrong(foreign)
    return kind.settings.model_validate(rest)


def _why(key: str, kind: Kind) -> str:
    """Why an algorithm refuses a key, and what it takes."""
    takes = kind.settings.model_fields
    owners = [k.name for k in ALGORITHMS.values() if key in k.settings.model_fields]
    told = f"{kind.name} has no such setting; it takes {_listed(takes) or 'none'}"
    if owners:
        return f"{told} ({key} is a setting of {_listed(owners)})"
    close = difflib.get_close_matches(key, takes, n=1)
    return f"{told}; did you mean {close[0]!r}?" if close else told


def _listed(names: Any) -> str:
    *others, last = [*map(str, names)] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _wrong(keys: Mapping[str, str]) -> ValidationError:
    """An error at each of these keys, so that each is told with its line."""
    return ValidationError.from_exception_data(
        "search",
        [
            InitErrorDetails(
                type=PydanticCustomError("value_error", "{error}", {"error": why}),
                loc=(key,),
                input=None,
            )
            for key, why in keys.items()
        ],
    )


def _plain(settings: AlgorithmSettings) -> dict[str, Any]:
    """What `_settings_of` reads, without what is the default."""
    kind = kind_of(settings)
    named = {} if kind is DEFAULT else {NAME: kind.name}
    return {**named, **settings.model_dump(mode="json", exclude_defaults=True)}


class _Schema:
    """The JSON schema: what one of the algorithms takes."""

    def __get_pydantic_json_schema__(
        self, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [_schema_of(kind) for kind in ALGORITHMS.values()]}


def _schema_of(kind: Kind) -> dict[str, Any]:
    schema = kind.settings.model_json_schema()
    return {
        **schema,
        "title": kind.name,
        "description": kind.summary,
        "properties": {NAME: {"const": kind.name}, **schema["properties"]},
        "required": [] if kind is DEFAULT else [NAME],
    }


SearchSettings = Annotated[
    AlgorithmSettings, BeforeValidator(_settings_of), PlainSerializer(_plain), _Schema()
]
"""The settings of one of the registered algorithms; their class says which one."""
