"""A parent: where its name leads, its tensors, and whether it fits the others."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evomerge.errors import ParentError
from evomerge.weights.adapters import adapted
from evomerge.weights.checkpoint.checkpoint import Checkpoint, read_json
from evomerge.weights.checkpoint.files import GENERATION_CONFIG, holds_tokenizer
from evomerge.weights.checkpoint.hub import FILES, fetch, is_repo_id
from evomerge.weights.configs.defaults import completed
from evomerge.weights.configs.differences import differences, labels_differ
from evomerge.weights.layouts.naming import aligned, essential
from evomerge.weights.parents.fitting import fit_all, fitted, untied
from evomerge.weights.tensors import Spec, Tensors
from evomerge.weights.vocabularies.alignment import Aligned, Rows
from evomerge.weights.vocabularies.vocabulary import vocabulary_tensors
from evomerge.zoo import ZOO_PREFIX, zoo_folder

DIFFERENCES_SHOWN = 3
QUANTIZATION = ("quantization_config", "compression_config")
"""Keys of config.json that say how tensors are coded."""
_TASK = re.compile(r"For(\w*(?:Classification|Answering|Choice|Detection|Segmentation))$")
"""What a class is for, where that is no language."""
_NUMBER = re.compile(r"\.\d+\.")


@dataclass(frozen=True)
class Parent:
    """A model that a recipe draws on."""

    name: str
    """As the recipe has it."""
    pinned: str
    """The name that leads to the same files on every machine: Hub ids with their commit."""
    folder: Path
    """Where config and generation config are."""
    tokenizer_folder: Path
    """Where its tokenizer is: the adapter's folder, where one is there."""
    config: dict[str, Any]
    generation_config: dict[str, Any] | None
    """None where the folder has none."""
    tensors: Tensors
    names: tuple[str, ...] | None = None
    """Where its tensors have other names here than in its files."""
    untied: tuple[tuple[str, str], ...] = ()
    """Tensors that its config.json ties to others and that have a value of their own here."""
    template: Parent | None = None
    """The parent in whose layout it is read, where that is not its own."""
    lacking: frozenset[str] = frozenset()
    """The tensors that it lacks, and that the template gives it."""
    alignment: Alignment | None = None
    """Where it is read in another vocabulary than its own."""
    notes: tuple[str, ...] = ()
    """What else than its files says of it, to be told: what is left out, and what is added."""

    @property
    def content_hash(self) -> str:
        """What distinguishes its weights from any others.

        Raises:
            ParentError: some of them are not finite.
        """
        try:
            return self.tensors.content_hash
        except ParentError as error:
            raise ParentError(f"{self.name}: {error}") from None

    def __reduce__(self) -> tuple[Any, ...]:
        """It travels by its name, and is opened anew where it arrives."""
        return _reopen, (self.name, self.names, self.untied, self.template, self.alignment)

    def named(self, names: tuple[str, ...]) -> Parent:
        """The same parent, its tensors under the names that another model has for them."""
        tensors = aligned(self.tensors, names)
        return self if tensors is self.tensors else replace(self, tensors=tensors, names=names)

    def aligned(self, alignment: Alignment) -> Parent:
        """The same parent in another vocabulary.

        Raises:
            ParentError: rows that another parent gives do not fit.
        """
        tables = vocabulary_tensors(self.config, self.tensors.specs)
        if lacked := next((name for name in tables if name in self.lacking), None):
            raise ParentError(
                f"{self.name}: its tokens are to be numbered otherwise, and it lacks {lacked}; "
                "take a model that has it"
            )
        givers = {name: giver.tensors for name, giver in alignment.givers.items()}
        return replace(
            self,
            config=alignment.config,
            generation_config=alignment.generation_config,
            tensors=Aligned(self.tensors, tables, alignment.rows, givers),
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
    _refuse_quantized(checkpoint)
    if empty := next((n for n, spec in checkpoint.specs.items() if spec.shape == (0,)), None):
        raise ParentError(
            f"{name}: {empty} has no elements; its values were left in other processes when it was "
            "saved (DeepSpeed ZeRO-3). Save the gathered weights"
        )
    try:
        tensors = essential(checkpoint, checkpoint.config)
    except ParentError as error:
        raise ParentError(f"{name}: {error}") from None
    config, left_out = _unquantized(completed(checkpoint.config))
    tokenizer_folder = folder
    if adapter:
        adapter_folder, adapter_pinned = locate(adapter)
        tensors, config = adapted(tensors, config, adapter_folder)
        pinned = f"{pinned}+{adapter_pinned}"
        if holds_tokenizer(adapter_folder):
            tokenizer_folder = adapter_folder
    generation = folder / GENERATION_CONFIG
    generation_config = read_json(generation) if generation.is_file() else None
    return Parent(
        name,
        pinned,
        folder,
        tokenizer_folder,
        config,
        generation_config,
        tensors,
        notes=tuple(f"{key} in config.json is left out: its tensors are whole" for key in left_out),
    )


def _unquantized(config: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """A config.json without what a loader would quantize whole tensors by, and what that was."""
    plain, left_out = {}, []
    for key, value in config.items():
        if key in QUANTIZATION:
            left_out += [key] if value else []
        elif isinstance(value, dict):
            plain[key], inside = _unquantized(value)
            left_out += [f"{key}.{name}" for name in inside]
        else:
            plain[key] = value
    return plain, left_out


def _refuse_quantized(checkpoint: Checkpoint) -> None:
    """Codes of 4 or 8 bits mean nothing without their scales, so they cannot be averaged."""
    settings = next(filter(None, map(checkpoint.config.get, QUANTIZATION)), None)
    coded = [n for n, spec in checkpoint.specs.items() if not spec.dtype.is_floating_point]
    if settings and coded:
        method = settings.get("quant_method") if isinstance(settings, dict) else settings
        raise ParentError(
            f"{checkpoint.folder}: {coded[0]} is quantized ({method}); dequantize the model and "
            "save it as bfloat16 or wider"
        )


def _reopen(
    name: str,
    names: tuple[str, ...] | None,
    heads: tuple[tuple[str, str], ...],
    template: Parent | None,
    alignment: Alignment | None,
) -> Parent:
    parent = open_parent(name)
    if names is not None:
        parent = parent.named(names)
    parent = untied(parent, dict(heads))
    if template is not None:
        parent = fitted(parent, template)
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


def align(parents: Sequence[Parent]) -> list[Parent]:
    """The parents with their tensors under the names that the first one has for them.

    Raises:
        ParentError: the first lacks what transformers needs of it.
    """
    named = [parent.named(tuple(parents[0].tensors.specs)) for parent in parents]
    if all(parent.tensors.specs.keys() == named[0].tensors.specs.keys() for parent in named):
        return named
    return fit_all(parents)


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
        does_not_fit = f"{other.name} does not fit {first.name}"
        ours, theirs = first.config.get("model_type"), other.config.get("model_type")
        if ours != theirs and not other.template:
            raise ParentError(
                f"{does_not_fit}: model_type is {theirs!r}, not {ours!r}; only models of one "
                "architecture can be merged"
            )
        our_specs, their_specs = first.tensors.specs, other.tensors.specs
        by_token = set.intersection(
            *(set(vocabulary_tensors(p.config, p.tensors.specs)) for p in (first, other))
        )
        if not in_depth:
            our_specs, their_specs = _of_any_layer(our_specs), _of_any_layer(their_specs)
        differing = _differences(our_specs, their_specs, by_token)
        if differing:
            shown = "\n  ".join(differing[:DIFFERENCES_SHOWN])
            more = len(differing) - DIFFERENCES_SHOWN
            raise ParentError(
                f"{does_not_fit}: {len(differing)} tensors differ"
                f"\n  {shown}"
                + (f"\n  and {more} more" if more > 0 else "")
                + _sizes(first.config, other.config)
            )
        tasks = [_task(parent.config) for parent in (first, other)]
        if None not in tasks and tasks[0] != tasks[1] and "architectures" not in allowed:
            raise ParentError(
                f"{does_not_fit}: one is made for {tasks[1]}, the other for {tasks[0]}, and their "
                "output layers share names; allow_differences: [architectures] merges them too"
            )
        one, two = first.config, other.config
        if ours != theirs:
            one, two = _part_of(one, theirs) or one, _part_of(two, ours) or two
        settled = (*allowed, "tie_word_embeddings") if other.template else allowed
        found = differences(one, two, allowed=settled, in_depth=in_depth)
        if "id2label" not in allowed:
            found += filter(None, [labels_differ(first.config, other.config)])
        for key, mine, its in found[:1]:
            named = "id2label" if key.startswith("id2label") else key.rpartition(".")[2]
            raise ParentError(
                f"{does_not_fit}: {key} is {its!r}, not {mine!r}, in config.json; the same "
                f"weights would compute something else; allow_differences: [{named}] merges "
                f"them all the same, with the value of {first.name}"
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
