"""Weights that config.json reads otherwise than they were trained: ties, heads, rotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch

from evomerge.diagnosis.finding import Finding, listed
from evomerge.diagnosis.subject import Subject
from evomerge.engine.architecture import Architecture
from evomerge.engine.registry import calibrating_engine
from evomerge.errors import ParentError
from evomerge.reading.manifest import Unlike
from evomerge.weights.checkpoint.checked import check_folder
from evomerge.weights.configs.differences import differences
from evomerge.weights.configs.known import known, language_model_class
from evomerge.weights.configs.ties import TIES


def unreadable(subject: Subject, parents: Sequence[Subject]) -> Iterator[Finding]:
    """Weights that do not fit config.json, tied ones that differ, files that were changed."""
    if subject.parent is None:
        tied = "config.json ties " in subject.problem
        yield Finding(
            "tied weights" if tied else "weights",
            subject.problem,
            f"set {TIES} to false in config.json, or remove the tensor that is not used"
            if tied
            else "merge or save it again",
        )
        return
    if subject.parent.source is not None:
        try:
            check_folder(subject.parent.source)
        except Unlike as error:
            yield Finding(
                "changed files",
                str(error),
                "undo the change, or remove the manifest if it was meant",
            )
    if not _is_language_model(subject.config):
        return
    try:
        architecture = Architecture.of(subject.parent, subject.parent.tensors.specs)
        calibrating_engine(torch.device("meta")).open(architecture)
    except ParentError as error:
        lacks_head = " needs lm_head." in str(error)
        yield Finding(
            "tied weights" if lacks_head else "config",
            str(error),
            f"set {TIES} to true in config.json, or save the head with the model"
            if lacks_head
            else "give config.json the sizes of the weights that it is beside",
        )


def _is_language_model(config: Mapping[str, Any]) -> bool:
    """Whether a config.json is that of a language model with its output layer."""
    try:
        read = known(config)
    except Exception:  # what is wrong with it is told by whoever builds the model
        return True
    classes = language_model_class(read)._model_mapping
    if type(read) not in classes:
        return False
    own = getattr(classes[type(read)], "__name__", None)
    return own is None or own in (config.get("architectures") or [own])


def read_otherwise(subject: Subject, parents: Sequence[Subject]) -> Iterator[Finding]:
    """Keys of config.json by which all parents would compute something else."""
    if not parents:
        return
    found = [
        {one.key: one for one in differences(subject.config, parent.config, in_depth=False)}
        for parent in parents
    ]
    for key, one in found[0].items():
        if all(key in each for each in found):
            yield Finding(
                "config",
                f"{key} is {one.ours} in config.json, and {one.theirs} in "
                f"{listed([parent.name for parent in parents])}",
                f"write {one.theirs} there, or take that parent as base_model",
            )
