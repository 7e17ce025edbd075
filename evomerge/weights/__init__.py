"""Checkpoints as named tensors: read by mmap, checked, and written whole."""

from evomerge.weights.checkpoint.checkpoint import Checkpoint, read_json
from evomerge.weights.checkpoint.files import (
    GENERATION_CONFIG,
    processor_files,
    settings_files,
    tokenizer_files,
)
from evomerge.weights.configs.relayered import ConfigKey, Origin, Relayered, offspring_config
from evomerge.weights.digests import weights_sha256
from evomerge.weights.parents import travel as travel  # tells pickle how parents are sent
from evomerge.weights.parents.fitting import align
from evomerge.weights.parents.likeness import check_alike
from evomerge.weights.parents.opening import open_parent
from evomerge.weights.parents.parent import Parent
from evomerge.weights.tensors import Spec, Tensors
from evomerge.weights.writing.writer import SHARD_BYTES, FolderWriter, refuse_existing

__all__ = [
    "GENERATION_CONFIG",
    "SHARD_BYTES",
    "Checkpoint",
    "ConfigKey",
    "FolderWriter",
    "Origin",
    "Parent",
    "Relayered",
    "Spec",
    "Tensors",
    "align",
    "check_alike",
    "offspring_config",
    "open_parent",
    "processor_files",
    "read_json",
    "refuse_existing",
    "settings_files",
    "tokenizer_files",
    "weights_sha256",
]
