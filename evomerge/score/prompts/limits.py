"""How many tokens a generated answer may have, by the settings of a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULT_MAX_GEN_TOKS = 256
"""lm-eval's limit where a task names none, in tokens."""

MAX_GEN_TOKS = ("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens")
"""The names that lm-eval has for the limit; the first that is given counts."""


def max_tokens(generation: Mapping[str, Any]) -> int:
    """How many tokens an answer may have."""
    given = (generation.get(name) for name in MAX_GEN_TOKS)
    return int(next((value for value in given if value is not None), DEFAULT_MAX_GEN_TOKS))
