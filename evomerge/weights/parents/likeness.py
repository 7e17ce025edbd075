"""Whether parents fit together: one architecture, the same tensors, the same computation."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from evomerge.errors import ParentError
from evomerge.weights.configs.differences import differences, labels_differ
from evomerge.weights.parents.parent import Parent
from evomerge.weights.tensors import Spec
from evomerge.weights.vocabularies.vocabulary import vocabulary_tensors

DIFFERENCES_SHOWN = 3
"""Of tensors that differ: enough to see of what kind they are; the others are counted."""
_TASK = re.compile(r"For(\w*(?:Classification|Answering|Choice|Detection|Segmentation))$")
"""What a class is for, where that is no language."""
_NUMBER = re.compile(r"\.\d+\.")


def check_alike(
    parents: Sequence[Parent], *, in_depth: bool = True, allowed: Collection[str] = ()
) -> None:
    """Check that parents have the same architecture and the same tensors, and compute alike.

    How many tokens they have rows for may differ: that is aligned.

    Args:
        in_depth: whether they must have equally many layers; slices can do without.
        allowed: keys of config.json that may differ all the same.

    Raises:
        ParentError: naming what differs, the first tensors of it, and what to do.
    """
    first = parents[0]
    for other in parents[1:]:
        problem = (
            _other_type(first, other)
            or _other_tensors(first, other, in_depth)
            or _other_task(first, other, allowed)
            or _other_settings(first, other, in_depth, allowed)
        )
        if problem:
            raise ParentError(f"{other.name} does not fit {first.name}: {problem}")


def _other_type(first: Parent, other: Parent) -> str:
    ours, theirs = first.config.get("model_type"), other.config.get("model_type")
    if ours == theirs or other.template:
        return ""
    return f"model_type is {theirs!r}, not {ours!r}; only models of one architecture can be merged"


def _other_tensors(first: Parent, other: Parent, in_depth: bool) -> str:
    ours, theirs = first.tensors.specs, other.tensors.specs
    by_token = set(vocabulary_tensors(first.config, ours))
    by_token &= set(vocabulary_tensors(other.config, theirs))
    if not in_depth:
        ours, theirs = _of_any_layer(ours), _of_any_layer(theirs)
    differing = _differences(ours, theirs, by_token)
    if not differing:
        return ""
    shown = "\n  ".join(differing[:DIFFERENCES_SHOWN])
    more = len(differing) - DIFFERENCES_SHOWN
    return (
        f"{len(differing)} tensors differ\n  {shown}"
        + (f"\n  and {more} more" if more > 0 else "")
        + _sizes(first.config, other.config)
    )


def _other_task(first: Parent, other: Parent, allowed: Collection[str]) -> str:
    ours, theirs = _task(first.config), _task(other.config)
    if None in (ours, theirs) or ours == theirs or "architectures" in allowed:
        return ""
    return (
        f"one is made for {theirs}, the other for {ours}, and their output layers share names; "
        "allow_differences: [architectures] merges them too"
    )


def _other_settings(first: Parent, other: Parent, in_depth: bool, allowed: Collection[str]) -> str:
    one, two = first.config, other.config
    ours, theirs = one.get("model_type"), two.get("model_type")
    if ours != theirs:
        one, two = _part_of(one, theirs) or one, _part_of(two, ours) or two
    settled = (*allowed, "tie_word_embeddings") if other.template else allowed
    found = differences(one, two, allowed=settled, in_depth=in_depth)
    if "id2label" not in allowed:
        found += filter(None, [labels_differ(first.config, other.config)])
    if not found:
        return ""
    key, mine, its = found[0]
    named = "id2label" if key.startswith("id2label") else key.rpartition(".")[2]
    return (
        f"{key} is {its!r}, not {mine!r}, in config.json; the same weights would compute something "
        f"else; allow_differences: [{named}] merges them all the same, with the value of "
        f"{first.name}"
    )


def _task(config: Mapping[str, Any]) -> str | None:
    """What a model's output layer is for, where that is no language: SequenceClassification."""
    for name in config.get("architectures") or ():
        if match := _TASK.search(str(name)):
            return match[1]
    return None


def _part_of(config: Mapping[str, Any], model_type: Any) -> dict[str, Any] | None:
    """The part of a config.json that is a model of its own; None where there is no such part."""
    parts = (part for part in config.values() if isinstance(part, dict))
    return next((part for part in parts if part.get("model_type") == model_type), None)


def _of_any_layer(specs: dict[str, Spec]) -> dict[str, Spec]:
    """Tensors whatever the layer they are in."""
    return {_NUMBER.sub(".N.", name): spec for name, spec in specs.items()}


def _sizes(ours: dict[str, Any], theirs: dict[str, Any], place: str = "") -> str:
    """The sizes in config.json that differ, and what may be done about it."""
    lines = ""
    for key in sorted(ours.keys() & theirs.keys()):
        if isinstance(ours[key], dict) and isinstance(theirs[key], dict):
            lines += _sizes(ours[key], theirs[key], f"{place}{key}.")
        elif type(ours[key]) is type(theirs[key]) is int and ours[key] != theirs[key]:
            if not key.endswith("_id"):
                lines += f"\n  {place}{key} is {theirs[key]}, not {ours[key]}, in config.json"
    return lines


def _differences(ours: dict[str, Spec], theirs: dict[str, Spec], by_token: set[str]) -> list[str]:
    lines = []
    for name in sorted({**ours, **theirs}):
        if name not in theirs:
            lines.append(f"{name} is missing")
        elif name not in ours:
            lines.append(f"{name} is one too many")
        elif ours[name].shape[name in by_token :] != theirs[name].shape[name in by_token :]:
            lines.append(f"{name} is {[*theirs[name].shape]}, not {[*ours[name].shape]}")
    return lines
