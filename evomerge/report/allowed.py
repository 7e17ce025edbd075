"""What a run was allowed that runs code of somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def allowed_code(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The options by which a user let code run, as they were given.

    Args:
        options: that a run was begun with, as JSON values.
    """
    paths = [f"--include-path {path}" for path in options.get("include_paths") or ()]
    return (*paths, *(["--allow-python"] if options.get("allow_python") else []))
