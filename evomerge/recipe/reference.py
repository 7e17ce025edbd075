"""What a model's name is: a line, mergekit's long form of one, or an address."""

from __future__ import annotations

from typing import Any

STAGE = "stage:"
"""What the name of a parent begins with that the recipe's own `stages:` make."""


def is_url(name: str) -> bool:
    """Whether a model's name is an address in storage, and no path."""
    return "://" in name


def model_name(value: Any) -> Any:
    """`path@revision+adapter@revision` for a mapping; anything else as it is.

    mergekit writes `{model: {path: …, revision: …}, lora: {path: …, revision: …}}`, where each of
    the two may be a line of text as well.

    Raises:
        ValueError: the mapping is none of these forms.
    """
    if not isinstance(value, dict):
        return value
    if value.get("override_architecture") is not None:
        raise ValueError(
            "override_architecture is for mergekit, which has a list of architectures; layers are "
            "found from the tensors' names here, so leave it out"
        )
    parts = {key: part for key, part in value.items() if part is not None}
    if "model" not in parts or not set(parts) <= {"model", "lora"}:
        raise ValueError("a model is a name, or {model: …, lora: …}")
    return "+".join(_located(parts[key]) for key in ("model", "lora") if key in parts)


def _located(part: Any) -> str:
    """A folder or Hub id, with its revision."""
    if isinstance(part, str):
        return part
    if not isinstance(part, dict) or not set(part) <= {"path", "revision"} or "path" not in part:
        raise ValueError("a model's place is a name, or {path: …, revision: …}")
    path, revision = part["path"], part.get("revision")
    return f"{path}@{revision}" if revision is not None else str(path)
