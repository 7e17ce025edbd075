"""A parent: where its name leads, its tensors, and whether it fits the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evomerge.errors import ParentError
from evomerge.weights.alignment import Aligned, Rows
from evomerge.weights.checkpoint import Checkpoint, Tensors, read_json
from evomerge.weights.files import GENERATION_CONFIG
from evomerge.weights.hub import FILES, fetch, is_repo_id
from evomerge.weights.lora import LoraModel
from evomerge.weights.vocabulary import vocabulary_tensors
from evomerge.zoo import ZOO_PREFIX, zoo_folder

DIFFERENCES_SHOWN = 3
SAME_ARITHMETIC = (
    "model_type",
    "tie_word_embeddings",
    "num_attention_heads",
    "num_key_value_heads",
    "hidden_act",
    "rope_theta",
)
"""Keys of config.json by which the same weights would compute something else."""


@dataclass(frozen=True)
class Parent:
    """A model that a recipe draws on."""

    name: str
    """As the recipe has it."""
    pinned: str
    """The name that leads to the same files on every machine: Hub ids with their commit."""
    folder: Path
    """Where config, generation config and tokenizer are."""
    config: dict[str, Any]
    generation_config: dict[str, Any] | None
    """None where the folder has none."""
    tensors: Tensors
    alignment: Alignment | None = None
    """Where it is read in another vocabulary than its own."""

    @property
    def content_hash(self) -> str:
        """What distinguishes its weights from any others."""
        return self.tensors.content_hash

    def __reduce__(self) -> tuple[Any, ...]:
        """It travels by its name, and is opened anew where it arrives."""
        return _reopen, (self.name, self.alignment)

    def aligned(self, alignment: Alignment) -> Parent:
        """The same parent in another vocabulary.

        Raises:
            ParentError: rows that another parent gives do not fit.
        """
        names = vocabulary_tensors(self.config, self.tensors.specs)
        givers = {name: giver.tensors for name, giver in alignment.givers.items()}
        return replace(
            self,
            config=alignment.config,
            generation_config=alignment.generation_config,
            tensors=Aligned(self.tensors, names, alignment.rows, givers),
            alignment=alignment,
        )


@dataclass(frozen=True)
class Alignment:
    """How a parent is read in another vocabulary."""

    rows: Rows
    givers: Mapping[str, Parent]
    """The parents that it is given rows by, in their own vocabularies."""
    config: dict[str, Any]
    generation_config: dict[str, Any] | None
    note: str
    """What it does to the parent, to be told."""


def open_parent(name: str) -> Parent:
    """Find a parent by the name a recipe has for it.

    Args:
        name: a folder, `zoo:NAME`, or a Hub id (`org/model@revision`), each with `+adapter`
            behind it for a LoRA adapter on top.

    Raises:
        ParentError: it is absent, damaged, or holds only pickled weights.
    """
    if Path(name).is_dir():
        model, adapter = name, None
    else:
        model, _, adapter = name.partition("+")
    if not model or (adapter == "" and "+" in name):
        raise ParentError(f"{name!r}: expected a model, or model+adapter")
    folder, pinned = locate(model)
    checkpoint = Checkpoint(folder)
    tensors: Tensors = checkpoint
    if adapter:
        adapter_folder, adapter_pinned = locate(adapter)
        tensors = LoraModel(checkpoint, adapter_folder)
        pinned = f"{pinned}+{adapter_pinned}"
    generation = folder / GENERATION_CONFIG
    generation_config = read_json(generation) if generation.is_file() else None
    return Parent(name, pinned, folder, checkpoint.config, generation_config, tensors)


def _reopen(name: str, alignment: Alignment | None) -> Parent:
    parent = open_parent(name)
    return parent if alignment is None else parent.aligned(alignment)


def locate(name: str, files: Sequence[str] = FILES) -> tuple[Path, str]:
    """The folder of a model or an adapter, and its pinned name.

    Args:
        files: patterns of what is fetched where it is on the Hub.

    Raises:
        ParentError: there is none of that name.
    """
    if name.startswith(ZOO_PREFIX):
        return zoo_folder(name), name
    if Path(name).is_dir():
        return Path(name), str(Path(name).resolve())
    repo_id, _, revision = name.partition("@")
    if not is_repo_id(repo_id):
        raise ParentError(f"{name}: no such folder, and not a Hub id (organization/model)")
    folder, commit = fetch(repo_id, revision or None, files)
    return folder, f"{repo_id}@{commit}"


def check_alike(parents: Sequence[Parent]) -> None:
    """Check that parents have the same architecture and the same tensors.

    How many tokens they have rows for may differ: that is aligned.

    Raises:
        ParentError: naming the first tensors that differ.
    """
    first = parents[0]
    for other in parents[1:]:
        differing = _differences(first, other)
        if differing:
            shown = "\n  ".join(differing[:DIFFERENCES_SHOWN])
            more = len(differing) - DIFFERENCES_SHOWN
            raise ParentError(
                f"{other.name} does not fit {first.name}: {len(differing)} tensors differ"
                f"\n  {shown}" + (f"\n  and {more} more" if more > 0 else "")
            )
        for key in SAME_ARITHMETIC:
            ours, theirs = _setting(first.config, key), _setting(other.config, key)
            if ours != theirs and (key == "model_type" or None not in (ours, theirs)):
                raise ParentError(
                    f"{other.name} does not fit {first.name}: {key} is {theirs!r}, not {ours!r}"
                )


def _setting(config: dict[str, Any], key: str) -> Any:
    """A value of config.json, wherever transformers 4 and 5 keep it."""
    nested = config.get("rope_parameters")
    if key in config or not isinstance(nested, dict):
        return config.get(key)
    return nested.get(key)


def _differences(first: Parent, other: Parent) -> list[str]:
    ours, theirs = first.tensors.specs, other.tensors.specs
    by_token = {*vocabulary_tensors(first.config, ours)} & {
        *vocabulary_tensors(other.config, theirs)
    }
    lines = []
    for name in sorted({**ours, **theirs}):
        if name not in theirs:
            lines.append(f"{name} is missing")
        elif name not in ours:
            lines.append(f"{name} is one too many")
        elif ours[name].shape[name in by_token :] != theirs[name].shape[name in by_token :]:
            lines.append(f"{name} is {[*theirs[name].shape]}, not {[*ours[name].shape]}")
    return lines
