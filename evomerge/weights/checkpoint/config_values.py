"""What a config.json may say: a model is built of so many parts before it has weights."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evomerge.errors import ParentError

SHOWN = 40
"""Characters of a value that is wrong, in the error."""
_LIMITS = (
    (re.compile(r"layer|depth|block|stage"), 2_000, "layers"),
    (re.compile(r"expert|head|codebook|group"), 100_000, "parts of a layer"),
    (re.compile(r"label"), 1_000_000, "labels"),
    (re.compile(r"vocab"), 10_000_000, "tokens"),
    (re.compile(r"position|length|window"), 10**9, "places"),
    (re.compile(r"size|dim|width|_ff|channel|rank|d_model|^n_embd$|^n_inner$"), 10**7, "columns"),
)
"""What a key is about, the most that it may name, and of what; the first that fits holds. Each part
is built, in some milliseconds for a layer. The largest models have 130 layers, 2,048 experts, a
million tokens."""


_PLAIN = re.compile(r"(?:paged\|)?[\w.-]+")
"""What is no repository and no path."""

_SHAPES: tuple[tuple[tuple[str, ...], type, str], ...] = (
    (("architectures",), list, "a list of names"),
    (("model_type", "dtype", "torch_dtype"), str, "a name"),
    (("text_config", "vision_config", "audio_config", "auto_map"), dict, "an object"),
)
"""Keys that are read whatever the model is, and what stands there unless it is null."""


def check_shapes(config: Mapping[str, Any], file: Path) -> None:
    """Check that the keys that all models have hold what all models have there.

    Raises:
        ParentError: one holds something else.
    """
    for keys, kind, what in _SHAPES:
        for key in keys:
            value = config.get(key)
            names = value if isinstance(value, list) else ()
            if value is None or (
                isinstance(value, kind) and all(isinstance(n, str) for n in names)
            ):
                continue
            raise ParentError(f"{file}: {key} is {repr(value)[:SHOWN]}, not {what}")


def check_fetched(config: Mapping[str, Any], file: Path) -> None:
    """Check that no key has code, or weights of elsewhere, fetched by whoever loads the model.

    transformers takes the name of a repository for code of the GPU's, which it runs.

    Raises:
        ParentError: one does.
    """
    waiting: list[tuple[str, Any]] = [*config.items()]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += ((key if "implementation" in str(key) else k, v) for k, v in value.items())
        fetched = "implementation" in str(key) or key == "transformers_weights"
        if fetched and isinstance(value, str) and not _PLAIN.fullmatch(value):
            raise ParentError(
                f"{file}: {key} is {value[:SHOWN]!r}, which is fetched from elsewhere by whoever "
                "loads the model; leave that key out"
            )


def check_sizes(config: Mapping[str, Any], file: Path) -> None:
    """Check that a model of these sizes can be built at all.

    Raises:
        ParentError: one is beyond any model's.
    """
    for key, value in _numbers(config):
        fits = ((most, what) for about, most, what in _LIMITS if about.search(key))
        most, what = next(fits, (math.inf, ""))
        if value > most:
            told = str(value)[:20]
            raise ParentError(f"{file}: {key} is {told}; no model has more than {most:,} {what}")


def _numbers(config: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Every number, and the key that it stands under, be it in a list."""
    waiting: list[tuple[str, Any]] = [*config.items()]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += value.items()
        elif isinstance(value, list):
            waiting += ((key, one) for one in value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield str(key), value
